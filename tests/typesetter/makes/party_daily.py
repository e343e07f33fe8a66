"""A party daily, its first page and the one on which stories go on: kickers and subtitles, a main story in wider columns than the others,
headlines side by side, picture news, short news under the name of a section; drawn band after band with the headlines of each first, or
as E1 or E4."""

import dataclasses

import briefs
import bylines
import drawing
import heads
import rests
from articles import place, place_or_fill
from bylines import Form
from fonts import HEI, SONG
from geometry import Cell, Grid, divide
from layout import Space
from linebreaking import Setting
from page import CENTER, LEFT, Style
from party_wordings import PartyWords
from photos import photo
from stories import any_order

FAMILY, SIZE, PAPER, PAIRED = "E10", (920, 1260), "日报", True
COLUMNS = 6
# Characters of an article at most, on the second page.
MOST = 1000
# Rows.
MAIN, PAIR, FEWEST, LEAST_BELOW_REST, FEWEST_FOR_PICTURE = (27, 31), (21, 25), 13, 14, 15
# The grid's columns that the main story has, and its own.
MAIN_COLUMNS = {4: 3, 3: 2, 5: 4}
WORDS = PartyWords()
LOCAL = Form(
    bylines.DATELINE,
    ("本报讯（记者 {names}）", "本报讯 （记者{names}）", "本报讯（通讯员 {names}）", "本报{city}{month}月{day}日讯（记者 {names}）", "本报讯　记者{names}报道："),
    (" 通讯员 ", "　通讯员　", " ", "、"),
)
WIRE = Form(
    bylines.DATELINE,
    ("新华社{city}{month}月{day}日电（记者{names}）", "新华社{city}{month}月{day}日电　（记者 {names}）", "新华社{city}{month}月{day}日电 ", "据新华社电 "),
    ("、", " "),
)
BELOW = Form(bylines.BELOW, ("本报记者 {names}", "本报记者　{names}", "记者 {names}", "本报评论员"), (" ", " 通讯员 ", "　"))
DATED = Form(bylines.BELOW, ("本报记者 {names}",), (" ",), ("本报{city}{month}月{day}日电　", "本报{city}{month}月{day}日讯 "))
BYLINES = [LOCAL, LOCAL, LOCAL, WIRE, WIRE, BELOW, BELOW, DATED, bylines.NONE]
BRIEF_BYLINES = [LOCAL, WIRE, bylines.DATELINE_ONLY, bylines.IN_TEXT, bylines.NONE]

pool = any_order


def style(rng, edition):
    return Style(
        size=9.6,
        leading=14.0,
        gutter=1.4 * 9.6,
        margin=34,
        foot=28,
        editors=11,
        bylines=BYLINES,
        setting=Setting(blanks=edition.number % 4 == 1),
        drawing=rng.choice([drawing.bands, drawing.bands, drawing.articles_in_order, drawing.heads_after_bodies]),
        align=rng.choice([CENTER, CENTER, LEFT]),
        headline_font=rng.choice([HEI, HEI, SONG]),
        column_labels=0.12,
        rest_length=(150, 650),
        label_over_head=0.5,
    )


def fill(page, top):
    grid, rows = Grid(page, COLUMNS, top), page.rows(top)
    (front if page.edition.front else inside)(page, grid, rows)


def front(page, grid, rows):
    rng = page.rng
    first, second = rng.randint(*MAIN), rng.randint(*PAIR)
    main_band(page, grid, first)
    rule_above(page, grid, first + 2)
    pair(page, grid, first + 2, first + 2 + second)
    rule_above(page, grid, first + second + 4)
    last_band(page, grid, first + second + 4, rows)


def rule_above(page, grid, row):
    page.rule(page.left, grid.top + (row - 1) * grid.leading, page.right, 0.7)


def main_band(page, grid, high):
    """The main story, and others beside it in narrower columns."""
    rng = page.rng
    columns, at_left = rng.choice(list(MAIN_COLUMNS)), rng.random() < 0.6
    main = Cell(0 if at_left else COLUMNS - columns, columns, 0, high)
    need = rng.choice(["kicker", "kicker", "subtitle"])
    space = Space(grid.rect(main), MAIN_COLUMNS[columns], main=True, need=need, jump=page.edition.jump)
    if not (place(page, space) or place(page, dataclasses.replace(space, need=None))):
        place_or_fill(page, dataclasses.replace(space, jump=None))
    others = COLUMNS - columns
    for cell in divide(page, grid, Cell(columns if at_left else 0, others, 0, high), MOST / 2, columns=others, rows=FEWEST):
        article(page, grid, cell)


def pair(page, grid, begin, end):
    """Two stories side by side, the second of which may go on on the next page."""
    rng = page.rng
    columns = rng.choice([3, 3, 2, 4])
    for number, cell in enumerate((Cell(0, columns, begin, end), Cell(columns, COLUMNS - columns, begin, end))):
        space = Space(grid.rect(cell), max(1, cell.columns - rng.choice([0, 0, 1])), need=rng.choice(["kicker", "subtitle", None]))
        if number and place(page, dataclasses.replace(space, jump=page.edition.jump, need=None)):
            continue
        place_or_fill(page, space)


def last_band(page, grid, begin, end):
    """Picture news, and short news under one label."""
    rng, columns = page.rng, 2
    at_left = rng.random() < 0.5
    photo(page, grid.rect(Cell(0 if at_left else COLUMNS - columns, columns, begin, end)))
    cell = Cell(columns if at_left else 0, COLUMNS - columns, begin, end)
    for rect in briefs.row(page, grid, cell, rng.choice(page.words.BRIEFS_LABELS), rng.choice([1, 2, 2])):
        place_or_fill(page, Space(rect, 1, byline=rng.choice(BRIEF_BYLINES), brief=True))


def inside(page, grid, rows):
    """The page on which stories go on, perhaps with a column of short news."""
    rng, columns = page.rng, COLUMNS
    if rng.random() < 0.4:
        columns -= 1
        for rect in briefs.column(page, grid, Cell(columns, 1, 0, rows), rng.choice(page.words.BRIEFS_LABELS), (12, 17)):
            place_or_fill(page, Space(rect, 1, byline=rng.choice(BRIEF_BYLINES), brief=True))
    cells = divide(page, grid, Cell(0, columns, 0, rows), MOST, rows=FEWEST, between=2)
    rests.fill(page, grid, cells, LEAST_BELOW_REST, article)


def article(page, grid, cell):
    """A story, often in fewer columns than the grid has, or picture news."""
    rng, head = page.rng, heads.TOP
    if cell.columns >= 2 and cell.rows() >= FEWEST_FOR_PICTURE and rng.random() < 0.12:
        photo(page, grid.rect(cell))
        return
    columns = max(1, cell.columns - rng.choice([0, 0, 1]))
    if columns >= 3:
        head = rng.choice([heads.TOP, heads.TOP, heads.PART, heads.FIRST_COLUMN])
    need = rng.choice(["kicker", "subtitle", None, None]) if cell.columns > 1 else None
    place_or_fill(page, Space(grid.rect(cell), columns, head, need=need, boxed=rng.random() < 0.08))
