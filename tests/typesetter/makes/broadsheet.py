"""A broadsheet daily: six equal columns narrow gutters, a large main story with a picture in its foot; drawn article by article."""

import bylines
import drawing
from articles import place_or_fill
from geometry import Cell, Grid, divide, hole
from layout import Space
from linebreaking import Setting
from page import Style
from photos import photo
from stories import any_order
from wordings import Words

FAMILY, SIZE, PAPER, PAIRED = "E1", (960, 1340), "日报", False
WORDS = Words()
COLUMNS = 6
# An article holds no more than about so many characters, and one with a picture more than the second number.
MOST, WITH_PICTURE = 1150, 900
# Rows.
MAIN_PICTURE, PICTURE, ABOVE_PICTURE, FEWEST = 15, 13, 6, 13
PICTURE_SHARE = 0.6

pool = any_order


def style(rng, edition):
    return Style(
        size=9.6,
        leading=14.0,
        gutter=1.2 * 9.6,
        margin=34,
        foot=26,
        editors=12,
        bylines=[bylines.BELOW, bylines.BELOW, bylines.BELOW, bylines.NONE, bylines.DATELINE_ONLY, bylines.DATELINE],
        setting=Setting(),
        drawing=drawing.articles_in_order,
        column_labels=0.1,
    )


def fill(page, top):
    rng, grid, rows = page.rng, Grid(page, COLUMNS, top), page.rows(top)
    columns, high, at_left = rng.choice([3, 4, 4]), rng.randint(30, 38), rng.random() < 0.5
    main = Cell(0 if at_left else COLUMNS - columns, columns, 0, high)
    main_story(page, grid, main)
    beside = Cell(columns if at_left else 0, COLUMNS - columns, 0, high)
    page.rule(page.left, top + (high + 1) * page.style.leading, page.right, 0.8)
    leaves = []
    for cell in (beside, Cell(0, COLUMNS, high + 2, rows)):
        leaves += divide(page, grid, cell, MOST, rows=FEWEST)
    for leaf in leaves:
        article(page, grid, leaf)


def main_story(page, grid, cell):
    picture, holes = None, ()
    if page.rng.random() < 0.7:
        picture = grid.rect(Cell(cell.column + 1, 2, cell.bottom - MAIN_PICTURE, cell.bottom))
        holes = (hole(page, picture),)
    need = page.rng.choice(["kicker", "subtitle"])
    place_or_fill(page, Space(grid.rect(cell), cell.columns, main=True, need=need, holes=holes))
    if picture:
        photo(page, picture)


def article(page, grid, cell):
    """An article, a large one perhaps with a picture at its right."""
    rect, characters = grid.rect(cell), cell.columns * cell.rows() * grid.measure
    if cell.columns < 3 or characters <= WITH_PICTURE or page.rng.random() >= 0.6:
        place_or_fill(page, Space(rect, cell.columns))
        return
    wide = 1 if cell.columns == 3 else 2
    high = max(PICTURE, min(cell.rows() - ABOVE_PICTURE, int(cell.rows() * PICTURE_SHARE)))
    picture = grid.rect(Cell(cell.column + cell.columns - wide, wide, cell.bottom - high, cell.bottom))
    place_or_fill(page, Space(rect, cell.columns, holes=(hole(page, picture),)))
    photo(page, picture)
