"""Short news under a label of their own."""

from fonts import HEI, width
from geometry import Cell, Rect
from page import CENTER

# Points.
LABEL_SIZE, LABEL_BASELINE, LABEL_TINT, LABEL_EDGE = 15, 18, 0.88, 4
LABEL_ROWS = 2


def column(page, grid, cell, label, rows):
    """Prints the label over a cell; answers with places below it that are (from, to) `rows` high."""
    place = grid.rect(cell)
    page.box(Rect(place.x, place.y, place.width, LABEL_ROWS * grid.leading - LABEL_EDGE), fill=LABEL_TINT)
    size = min(LABEL_SIZE, place.width / width(label, HEI, 1))
    page.print_furniture(HEI, size, place.x + place.width / 2, place.y + LABEL_BASELINE, label, CENTER)
    places, top, least = [], cell.top + LABEL_ROWS, rows[0]
    while cell.bottom - top >= least:
        high = page.rng.randint(*rows)
        if cell.bottom - top - high - 1 < least:
            high = cell.bottom - top
        places.append(grid.rect(Cell(cell.column, cell.columns, top, top + high)))
        top += high + 1
    return places


def row(page, grid, cell, label, columns):
    """Prints the label over a cell; answers with places of so many columns below it, side by side."""
    column(page, grid, cell, label, (cell.rows() - LABEL_ROWS,) * 2)
    firsts = range(cell.column, cell.column + cell.columns, columns)
    return [grid.rect(Cell(first, columns, cell.top + LABEL_ROWS, cell.bottom)) for first in firsts]
