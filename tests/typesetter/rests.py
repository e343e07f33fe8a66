"""Pages with stories that go on on the next one: finds room for these, and for what is left of them."""

import math

from articles import ANY_SLACK, go_on, place, place_or_fill
from english_stories import WIDTH
from layout import Space

# The rest takes so many lines more than its characters give. Room is looked for with so many lines for its head; when it has a cell of
# its own, the head takes so many rows over one column and over more.
MORE_LINES, HEAD, ROWS_OVER_COLUMN, ROWS_OVER_MORE = 1.1, 7, 6, 3
# Which of a front page's cells, by size, a story that goes on may have.
TO_CUT = (0, 2)


def fill(page, grid, cells, least_below, article, story_to_cut=None):
    """Fills the cells, the largest first: on a front page the first and the third with a story that goes on, where one fits; else with
    what is left of a story; else with an article."""
    for number, cell in enumerate(sorted(cells, key=lambda cell: -cell.columns * cell.rows())):
        if story_to_cut and page.edition.front and number in TO_CUT and story_to_cut(page, grid, cell, number == 0):
            continue
        if not set_one(page, grid, cell, least_below):
            article(page, grid, cell)


def set_one(page, grid, cell, least_below):
    """Sets the first story that still has to go on and finds room in a cell, with another below or beside it if that has room; answers
    whether there is one."""
    for rest in page.waiting:
        lines = MORE_LINES * rest.length() * (WIDTH if rest.story.lang == "en" else 1) / grid.measure
        if lines + HEAD < cell.columns * cell.rows() and set_in(page, grid, cell, rest, lines, least_below):
            page.waiting.remove(rest)
            return True
    return False


def set_in(page, grid, cell, rest, lines, least_below):
    head = ROWS_OVER_COLUMN if cell.columns == 1 else ROWS_OVER_MORE
    rows = math.ceil(lines / cell.columns) + head
    columns = math.ceil(lines / (cell.rows() - ROWS_OVER_COLUMN))
    if cell.rows() - rows < least_below and columns < cell.columns:
        left, right = cell._replace(columns=columns), cell._replace(column=cell.column + columns, columns=cell.columns - columns)
        if place(page, Space(grid.rect(left), columns, rest=rest, slack=ANY_SLACK)):
            place_or_fill(page, Space(grid.rect(right), right.columns, lang=rest.story.lang))
            return True
    return go_on(page, grid, cell, rest, rows, least_below)
