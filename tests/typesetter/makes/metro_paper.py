"""A metropolitan paper: six columns with wide gutters, texts that run around other articles, boxes and pictures; drawn in no order."""

import bylines
import drawing
from articles import place_or_fill
from geometry import Cell, Grid, Rect, divide, hole
from layout import Space
from linebreaking import Setting
from page import CENTER, LEFT, Style
from photos import photo
from stories import without_subheads
from wordings import Words

FAMILY, SIZE, PAPER, PAIRED = "E3", (940, 1260), "都市报", False
WORDS = Words()
COLUMNS = 6
# Characters of an article at most, in the columns beside the main article.
MOST = 520
# Rows. A box or picture leaves so many to the text above it.
FEWEST, HIGHEST_PICTURE, ABOVE = 13, 16, 12
# What an article at the foot of another takes of its rows.
LOWER_SHARE = (0.38, 0.5)
PICTURE_CHANCE = 0.25

pool = without_subheads


def style(rng, edition):
    align = rng.choice([CENTER, LEFT])
    return Style(
        size=9.0,
        leading=13.2,
        gutter=2.0 * 9.0,
        margin=30,
        foot=24,
        editors=10,
        bylines=[bylines.IN_TEXT, bylines.IN_TEXT, bylines.LAST_LINE, bylines.NONE, bylines.BELOW, bylines.DATELINE_ONLY],
        setting=Setting(hang=rng.random() < 0.5, squeeze=False),
        drawing=drawing.articles_in_any_order,
        align=align,
    )


def fill(page, top):
    rng, grid, rows = page.rng, Grid(page, COLUMNS, top), page.rows(top)
    middle = rng.randint(int(rows * 0.42), int(rows * 0.56))
    for first, last in ((0, middle), (middle + 2, rows)):
        shape = rng.choice([around_right_corner, around_left_corner, around_box, around_picture, around_right_corner, around_box])
        columns = rng.choice([4, 4, 5])
        at_left = rng.random() < 0.6
        shape(page, grid, Cell(0 if at_left else COLUMNS - columns, columns, first, last))
        others = COLUMNS - columns
        beside = Cell(columns if at_left else 0, others, first, last)
        for leaf in divide(page, grid, beside, MOST, columns=others, rows=FEWEST):
            place_or_fill(page, Space(grid.rect(leaf), others))
    page.rule(page.left, top + (middle + 1) * page.style.leading, page.right)


def around_left_corner(page, grid, cell):
    """An article shaped like an L, turned."""
    around_corner(page, grid, cell, at_left=True)


def around_right_corner(page, grid, cell):
    around_corner(page, grid, cell, at_left=False)


def around_corner(page, grid, cell, at_left):
    """An article with another in a lower corner of it."""
    wide = 2 if cell.columns == 4 else page.rng.choice([2, 3])
    cut = cell.top + max(ABOVE, int(cell.rows() * page.rng.uniform(*LOWER_SHARE)))
    corner = range(cell.column, cell.column + wide) if at_left else range(cell.column + cell.columns - wide, cell.column + cell.columns)
    frames = tuple(
        grid.rect(Cell(column, 1, cell.top, cut if column in corner else cell.bottom))
        for column in range(cell.column, cell.column + cell.columns)
    )
    place_or_fill(page, Space(grid.rect(cell), cell.columns, frames=frames, main=cell.top == 0))
    inner = grid.rect(Cell(corner[0], wide, cut + 1, cell.bottom))
    page.rule(inner.x, inner.y - page.style.leading * 0.4, inner.x + inner.width)
    if page.rng.random() < PICTURE_CHANCE:
        photo(page, inner)
    else:
        place_or_fill(page, Space(inner, wide))


def around_box(page, grid, cell):
    """An article with a boxed one, or a picture, inside it."""
    rng, gutter, leading = page.rng, page.style.gutter, page.style.leading
    high = min(cell.rows() - ABOVE, rng.randint(15, 22))
    below_all = rng.random() < 0.5
    down = cell.rows() - high if below_all else int((cell.rows() - high) * 0.75)
    box = grid.rect(Cell(cell.column + 1, 2, cell.top + down, cell.top + down + high))
    box = Rect(box.x - 0.3 * gutter, box.y, box.width + 0.6 * gutter, box.height)
    free = Rect(box.x - 0.4 * gutter, box.y - leading * 0.6, box.width + 0.8 * gutter, box.height + leading * 0.6)
    place_or_fill(page, Space(grid.rect(cell), cell.columns, holes=(free,)))
    if rng.random() < PICTURE_CHANCE:
        photo(page, box)
    else:
        place_or_fill(page, Space(box, rng.choice([1, 2]), boxed=True))


def around_picture(page, grid, cell):
    """An article with a picture of one and a half columns that cuts into its lines."""
    rng = page.rng
    wide = grid.width * rng.choice([1.5, 1.45]) + page.style.gutter
    high = min(HIGHEST_PICTURE, cell.rows() - ABOVE)
    row = cell.bottom - high - rng.choice([0, 0, 5, 6])
    corner = grid.rect(Cell(cell.column + 1, 1, row, cell.bottom))
    left = corner.x + (0 if rng.random() < 0.5 else grid.width * 0.5)
    picture = Rect(left, corner.y, wide, high * page.style.leading)
    place_or_fill(page, Space(grid.rect(cell), cell.columns, holes=(hole(page, picture),)))
    photo(page, picture)
