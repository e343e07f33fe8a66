"""A city daily: three wide columns in one half and five narrow ones in the other, headlines sunk into the texts or over a part of them,
some with a shadow, which some programs read as a second headline."""

import bylines
import drawing
import furniture
import heads
from articles import place_or_fill
from geometry import Cell, Grid, Rect, divide, hole
from layout import Space
from linebreaking import Setting
from page import CENTER, LEFT, Style
from photos import photo
from stories import any_order
from wordings import Words

FAMILY, SIZE, PAPER, PAIRED = "E6", (780, 1120), "早报", False
WORDS = Words()
WIDE_COLUMNS, NARROW_COLUMNS = 3, 5
# Characters of an article at most.
MOST = 900
# Rows.
NOTICES, FEWEST, FEWEST_FOR_PICTURE, PICTURE, FEWEST_AROUND_PICTURE = 8, 13, 15, 15, 27
# A picture in a text, in columns.
PICTURE_WIDTH = 1.5

pool = any_order


def style(rng, edition):
    return Style(
        size=9.4,
        leading=13.8,
        gutter=1.4 * 9.4,
        margin=32,
        foot=26,
        editors=10,
        bylines=[bylines.NONE, bylines.MARKED, bylines.IN_TEXT, bylines.DATELINE, bylines.BELOW, bylines.LAST_LINE],
        setting=Setting(blanks=edition.number % 3 == 0),
        drawing=drawing.articles_in_any_order if edition.number % 2 else drawing.bodies_before_heads,
        align=rng.choice([CENTER, LEFT]),
        column_labels=0.1,
        shadows=0.3,
    )


def fill(page, top):
    rng, leading = page.rng, page.style.leading
    with_notices = rng.random() < 0.35
    rows = page.rows(top) - (NOTICES if with_notices else 0)
    middle = rng.randint(int(rows * 0.38), int(rows * 0.55))
    columns = [WIDE_COLUMNS, NARROW_COLUMNS]
    if rng.random() >= 0.6:
        columns.reverse()
    for count, begin, end in zip(columns, (0, middle + 2), (middle, rows)):
        grid = Grid(page, count, top)
        for cell in divide(page, grid, Cell(0, count, begin, end), MOST, rows=FEWEST):
            article(page, grid, cell, count == WIDE_COLUMNS)
    page.rule(page.left, top + (middle + 1) * leading, page.right, 0.8)
    if with_notices:
        notices = Rect(page.left, top + (rows + 1) * leading, page.right - page.left, (NOTICES - 1) * leading)
        furniture.notices(page, notices)


def article(page, grid, cell, wide):
    rng, rect = page.rng, grid.rect(cell)
    columns = cell.columns
    if wide and cell.columns < 3 and rng.random() < 0.4:
        columns += 1
    head = heads.TOP
    if columns >= 3:
        head = rng.choice([heads.MIDDLE, heads.PART, heads.SUNK, heads.RIGHT_PART, heads.TOP])
    elif columns == 2:
        head = rng.choice([heads.TOP, heads.PART, heads.TOP, heads.RIGHT_PART])
    picture = None
    if columns >= 3 and cell.rows() >= FEWEST_AROUND_PICTURE and head in (heads.TOP, heads.PART) and rng.random() < 0.5:
        picture = lower_right(page, rect, columns)
    if cell.columns >= 2 and cell.rows() >= FEWEST_FOR_PICTURE and rng.random() < 0.12:
        photo(page, rect)
        return
    holes = (hole(page, picture),) if picture else ()
    boxed = not picture and rng.random() < 0.15
    place_or_fill(page, Space(rect, columns, head, holes=holes, boxed=boxed))
    if picture:
        photo(page, picture)


def lower_right(page, rect, columns):
    """Where a picture in a text of so many columns stands."""
    gutter, high = page.style.gutter, PICTURE * page.style.leading
    wide = (rect.width - (columns - 1) * gutter) / columns
    left = rect.x + (columns - 1) * (wide + gutter) - wide * (PICTURE_WIDTH - 1)
    return Rect(left, rect.y + rect.height - high, wide * PICTURE_WIDTH, high)
