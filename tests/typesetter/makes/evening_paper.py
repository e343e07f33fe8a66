"""An evening paper: a tabloid of five columns, headlines also beside their texts, stories that go on on the next page; all texts are
drawn before all headlines."""

import math

import bylines
import drawing
import heads
from articles import go_on, place, place_or_fill
from geometry import Cell, Grid, divide
from layout import Space
from linebreaking import Setting
from page import LEFT, Style
from photos import photo
from rests import TO_CUT
from stories import without_subheads
from wordings import Words

FAMILY, SIZE, PAPER, PAIRED = "E2", (760, 1040), "晚报", True
WORDS = Words()
COLUMNS = 5
# Characters of an article at most.
MOST = 1000
# Rows.
FEWEST, FEWEST_FOR_PICTURE, HEAD_OF_REST, LEAST_BELOW_REST = 13, 18, 6, 15
# A rest of a story is tried in a cell when its lines, so much more than its characters give, and some for the head are no more than so
# much of the cell's.
REST_LINES, REST_HEAD, ROOM_FOR_REST = 1.05, 7, 1.35

pool = without_subheads


def style(rng, edition):
    return Style(
        size=9.5,
        leading=13.6,
        gutter=1.5 * 9.5,
        margin=28,
        foot=24,
        editors=10,
        bylines=[bylines.MARKED, bylines.MARKED, bylines.BELOW, bylines.DATELINE, bylines.DATELINE_ONLY, bylines.NONE],
        setting=Setting(hang=True),
        drawing=drawing.bodies_before_heads,
        align=LEFT,
    )


def fill(page, top):
    grid = Grid(page, COLUMNS, top)
    cells = divide(page, grid, Cell(0, COLUMNS, 0, page.rows(top)), MOST, rows=FEWEST)
    cells.sort(key=lambda cell: -cell.columns * cell.rows())
    for number, cell in enumerate(cells):
        if page.edition.front and number in TO_CUT and story_to_cut(page, grid, cell, number == 0):
            continue
        # The largest space is kept for a new story, unless there are hardly any others.
        if (number or len(cells) < 3) and rest_of_story(page, grid, cell):
            continue
        article(page, grid, cell)


def story_to_cut(page, grid, cell, main):
    head = heads.TOP if cell.columns < 3 else page.rng.choice([heads.TOP, heads.OWN_COLUMN, heads.PART])
    return place(page, Space(grid.rect(cell), cell.columns, head, jump=page.edition.jump, main=main))


def rest_of_story(page, grid, cell):
    """Sets the first story that still has to go on and finds room here."""
    room = cell.columns * cell.rows() * ROOM_FOR_REST
    for rest in page.waiting:
        if REST_LINES * rest.length() / grid.measure + REST_HEAD < room:
            break
    else:
        return False
    rows = math.ceil(rest.length() * 1.1 / grid.measure / cell.columns) + HEAD_OF_REST
    if not go_on(page, grid, cell, rest, rows, LEAST_BELOW_REST):
        return False
    page.waiting.remove(rest)
    return True


def article(page, grid, cell):
    rng = page.rng
    head, columns = heads.TOP, cell.columns
    if cell.columns >= 3:
        head = rng.choice([heads.OWN_COLUMN, heads.OWN_COLUMN, heads.TOP, heads.PART, heads.FIRST_COLUMN])
        fewer = rng.random() >= 0.6
        columns -= fewer and head not in (heads.OWN_COLUMN, heads.FIRST_COLUMN)
    elif cell.columns == 2:
        head = rng.choice([heads.TOP, heads.TOP, heads.FIRST_COLUMN])
        columns -= rng.random() >= 0.7
    if cell.columns >= 2 and cell.rows() >= FEWEST_FOR_PICTURE and rng.random() < 0.18 and not page.cuts:
        photo(page, grid.rect(cell), beside=cell.columns >= 4)
        return
    place_or_fill(page, Space(grid.rect(cell), columns, head, boxed=rng.random() < 0.15))
