"""A daily in traditional script: headlines beside and above their texts, a column of boxed short news, stories that go on on another
page; drawn in any order, or with all texts before all headlines."""

import briefs
import bylines
import drawing
import heads
import rests
from articles import place, place_or_fill
from bylines import Form
from geometry import Cell, Grid, divide
from layout import Space
from linebreaking import Setting
from page import CENTER, LEFT, Style
from photos import photo
from stories import any_order
from traditional_wordings import TraditionalWords

FAMILY, SIZE, PAPER, PAIRED = "E9", (820, 1120), "時報", True
WORDS = TraditionalWords()
COLUMNS = 5
# Characters of an article at most.
MOST = 850
# Rows.
FEWEST, FEWEST_FOR_PICTURE, LEAST_BELOW_REST, BRIEF = 13, 16, 14, (12, 17)

PLACED = Form(bylines.DATELINE, ("〔記者{names}／{city}報導〕", "【記者{names}／{city}報導】", "【記者{names}{city}報導】"), ("、",))
BELOW = Form(bylines.BELOW, ("記者{names}／{city}報導", "本報記者{names}／{city}報導", "【本報記者{names}／{city}報導】"), ("、", "／"))
NAMELESS = Form(bylines.DATELINE, ("【本報訊】", "〔本報訊〕", "【{city}訊】", "【綜合報導】", "〔{city}訊〕"))
BYLINES = [PLACED, PLACED, PLACED, BELOW, BELOW, NAMELESS, Form(bylines.LAST_LINE, ("記者{names}",), ("、",)), bylines.NONE]

pool = any_order


def style(rng, edition):
    return Style(
        size=9.6,
        leading=14.2,
        gutter=1.5 * 9.6,
        margin=30,
        foot=26,
        editors=10,
        bylines=BYLINES,
        setting=Setting(blanks=edition.number % 4 >= 2, hang=rng.random() < 0.3),
        drawing=rng.choice([drawing.articles_in_any_order, drawing.bodies_before_heads, drawing.articles_in_order]),
        align=rng.choice([CENTER, LEFT]),
        column_labels=0.12,
        rest_length=(150, 520),
        byline_of_cut=BELOW,
    )


def fill(page, top):
    rng, rows = page.rng, page.rows(top)
    grid = Grid(page, COLUMNS, top)
    with_briefs, at_left = rng.random() < 0.5, rng.random() < 0.3
    places = []
    if with_briefs:
        column = Cell(0 if at_left else COLUMNS - 1, 1, 0, rows)
        places = briefs.column(page, grid, column, rng.choice(page.words.BRIEFS_LABELS), BRIEF)
    first = 1 if with_briefs and at_left else 0
    cells = divide(page, grid, Cell(first, COLUMNS - with_briefs, 0, rows), MOST, rows=FEWEST, between=2)
    rests.fill(page, grid, cells, LEAST_BELOW_REST, article, story_to_cut)
    for rect in places:
        way = rng.choice([PLACED, NAMELESS, NAMELESS, bylines.NONE])
        place_or_fill(page, Space(rect, 1, byline=way, brief=True, boxed=True))


def story_to_cut(page, grid, cell, main):
    head = heads.TOP if cell.columns < 3 else page.rng.choice([heads.TOP, heads.OWN_COLUMN, heads.PART, heads.FIRST_COLUMN])
    return place(page, Space(grid.rect(cell), cell.columns, head, jump=page.edition.jump, main=main))


def article(page, grid, cell):
    rng, head = page.rng, heads.TOP
    if cell.columns >= 3:
        head = rng.choice([heads.OWN_COLUMN, heads.FIRST_COLUMN, heads.TOP, heads.TOP, heads.RIGHT_PART, heads.PART])
    elif cell.columns == 2:
        head = rng.choice([heads.TOP, heads.TOP, heads.FIRST_COLUMN])
    if cell.columns >= 2 and cell.rows() >= FEWEST_FOR_PICTURE and rng.random() < 0.3:
        photo(page, grid.rect(cell))
        return
    place_or_fill(page, Space(grid.rect(cell), cell.columns, head, boxed=rng.random() < 0.1))
