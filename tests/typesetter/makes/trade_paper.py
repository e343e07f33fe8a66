"""A trade paper: seven narrow columns in three bands, long stories with subheads that go on on the next page, headlines in the
middle of their texts; drawn from the last article to the first or with all texts before all headlines."""

import dataclasses
import math

import bylines
import drawing
import heads
from articles import go_on, place, place_or_fill
from fonts import HEI, SONG
from geometry import Cell, Grid, hole
from layout import Space
from linebreaking import Setting
from page import LEFT, Cut, Style
from photos import photo
from stories import any_order
from wordings import Words

FAMILY, SIZE, PAPER, PAIRED = "E5", (900, 1180), "商报", True


class TradeWords(Words):
    REPORTERS = ["本报记者", "记者", "本刊记者"]


WORDS = TradeWords()
COLUMNS = 7
# How a band is divided, in columns.
DIVISIONS = [[3, 4], [4, 3], [2, 5], [2, 2, 3], [3, 2, 2], [5, 2]]
# Rows.
FEWEST, PICTURE, HEAD_OF_REST, LEAST_BELOW_REST = 12, 13, 4, 13


def pool(rng, stories):
    """Stories with subheads mostly first, but most of them left out."""
    shuffled = any_order(rng, stories)
    shuffled.sort(key=lambda story: not (story.subheads and rng.random() < 0.2))
    return [story for story in shuffled if not story.subheads or rng.random() < 0.35]


def style(rng, edition):
    return Style(
        size=9.2,
        leading=13.4,
        gutter=1.0 * 9.2,
        margin=30,
        foot=24,
        editors=10,
        bylines=[bylines.FIRST_LINE, bylines.MARKED, bylines.BELOW, bylines.FIRST_LINE, bylines.LAST_LINE],
        setting=Setting(hang=True, squeeze=False),
        drawing=drawing.articles_from_the_last if edition.number % 4 < 2 else drawing.bodies_before_heads,
        align=LEFT,
        headline_font=rng.choice([HEI, HEI, SONG]),
        rest_length=(250, 900),
    )


def fill(page, top):
    rng, grid, rows = page.rng, Grid(page, COLUMNS, top), page.rows(top)
    first, second = rng.randint(24, 30), rng.randint(22, 28)
    bands = (0, first), (first + 2, first + 2 + second), (first + second + 4, rows)
    for number, (begin, end) in enumerate(bands):
        if end - begin < FEWEST:
            continue
        cells = band(page, grid, begin, end) if number else main_band(page, grid, end)
        for cell in cells:
            if not rest_of_story(page, grid, cell):
                article(page, grid, cell, may_be_cut=number == 1)


def main_band(page, grid, high):
    """Sets the main article, on a front page one that goes on on the next; answers with the cells beside it."""
    rng = page.rng
    columns = rng.choice([5, 7, 4])
    cell, picture, holes = Cell(0, columns, 0, high), None, ()
    if columns >= 5 and rng.random() < 0.8:
        picture = grid.rect(Cell(2, 2, high - PICTURE, high))
        holes = (hole(page, picture),)
    space = Space(grid.rect(cell), columns, main=True, holes=holes)
    if not (page.edition.front and place(page, dataclasses.replace(space, jump=page.edition.jump))):
        place_or_fill(page, space)
    if picture:
        photo(page, picture)
    return [Cell(columns, COLUMNS - columns, 0, high)] if columns < COLUMNS else []


def band(page, grid, begin, end):
    """Divides a band of the page, with a rule above it."""
    page.rule(page.left, grid.top + (begin - 1) * grid.leading, page.right, 0.6)
    cells, column = [], 0
    for columns in page.rng.choice(DIVISIONS):
        cells.append(Cell(column, columns, begin, end))
        column += columns
    return cells


def rest_of_story(page, grid, cell):
    """Sets the longest rest of a story that fits here."""
    room = cell.columns * cell.rows()
    fitting = [rest for rest in page.waiting if rest.length() * 1.15 / grid.measure + 4 < room]
    if not fitting:
        return False
    rest = max(fitting, key=Cut.length)
    rows = math.ceil(rest.length() * 1.2 / grid.measure / cell.columns) + HEAD_OF_REST
    if not go_on(page, grid, cell, rest, rows, LEAST_BELOW_REST):
        return False
    page.waiting.remove(rest)
    return True


def article(page, grid, cell, may_be_cut):
    """An article; when one is cut already, this may be the second."""
    rng, rect = page.rng, grid.rect(cell)
    if may_be_cut and len(page.cuts) == 1 and place(page, Space(rect, cell.columns, jump=page.edition.jump)):
        return
    head = heads.TOP
    if cell.columns >= 4:
        head = rng.choice([heads.TOP, heads.PART, heads.MIDDLE, heads.TOP])
    elif cell.columns == 3:
        head = rng.choice([heads.TOP, heads.MIDDLE])
    boxed = rng.random() < 0.12 and cell.columns < 4
    place_or_fill(page, Space(rect, cell.columns, head, boxed=boxed))
