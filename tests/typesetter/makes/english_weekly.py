"""An English weekly: ragged or justified columns with hyphenated words, kickers and decks, stories that go on on another page, perhaps a
column of Chinese news; drawn article by article or with all headlines first."""

import briefs
import bylines
import drawing
import heads
import rests
from articles import place, place_or_fill
from bylines import Form
from english_wordings import EnglishWords
from geometry import Cell, Grid, divide
from layout import Space
from linebreaking import Setting
from page import CENTER, LEFT, Style
from photos import photo
from stories import any_order

FAMILY, SIZE, PAPER, PAIRED = "E7", (860, 1180), " Gazette", True
WORDS = EnglishWords()
COLUMNS = 5
# Characters of an article at most.
MOST = 1000
# Rows.
FEWEST, FEWEST_FOR_PICTURE, LEAST_BELOW_REST, BRIEF = 15, 16, 15, (13, 18)

DATELINES = ("{CITY} — ", "{CITY} (Xinhua) — ", "{CITY} (Reuters) — ", "{city}: ")
BY = Form(bylines.BELOW, ("By {NAMES}", "By {names}", "By {NAMES} in {city}"), (" and ", ", "))
BYLINES = [
    BY,
    Form(bylines.BELOW, ("{names} in {city}", "{names}, {city}", "From {names} in {city}"), (" and ", ", ")),
    Form(bylines.BELOW, ("By {NAMES}", "By a Staff Reporter", "Staff reporter", "{names}"), (" and ",), DATELINES),
    Form(bylines.DATELINE, DATELINES),
    Form(bylines.LAST_LINE, ("{names}", "— {NAMES}", "(Xinhua)"), (" and ",)),
    bylines.NONE,
]

pool = any_order


def style(rng, edition):
    justified = edition.number % 4 < 2
    return Style(
        size=9.4,
        leading=12.6,
        gutter=1.6 * 9.4,
        margin=32,
        foot=26,
        editors=10,
        bylines=BYLINES,
        setting=Setting(justified=justified, hyphens=justified or rng.random() < 0.5),
        drawing=rng.choice([drawing.articles_in_order, drawing.heads_before_bodies, drawing.articles_in_any_order]),
        align=rng.choice([LEFT, LEFT, CENTER]),
        column_labels=0.12,
        rest_length=(250, 1100),
        label_over_head=0.5,
        byline_of_cut=BY,
    )


def fill(page, top):
    rng, rows = page.rng, page.rows(top)
    grid, columns = Grid(page, COLUMNS, top), COLUMNS
    if rng.random() < 0.3:
        columns -= 1
        chinese_news(page, grid, rows)
    cells = divide(page, grid, Cell(0, columns, 0, rows), MOST, columns=1, rows=FEWEST, between=2)
    rests.fill(page, grid, cells, LEAST_BELOW_REST, article, story_to_cut)


def chinese_news(page, grid, rows):
    """A column of short news in Chinese at the right."""
    label = page.rng.choice(page.words.CHINESE_LABELS)
    for rect in briefs.column(page, grid, Cell(COLUMNS - 1, 1, 0, rows), label, BRIEF):
        way = page.rng.choice([bylines.NONE, bylines.DATELINE_ONLY])
        place_or_fill(page, Space(rect, 1, byline=way, brief=True, lang="zh"))


def story_to_cut(page, grid, cell, main):
    head = heads.TOP if cell.columns < 3 else page.rng.choice([heads.TOP, heads.TOP, heads.PART])
    need = page.rng.choice(["subtitle", None]) if main else None
    return place(page, Space(grid.rect(cell), cell.columns, head, jump=page.edition.jump, main=main, need=need, lang="en"))


def article(page, grid, cell):
    rng, rect = page.rng, grid.rect(cell)
    head = heads.TOP
    if cell.columns >= 2 and cell.rows() >= FEWEST_FOR_PICTURE and rng.random() < 0.15:
        photo(page, rect)
        return
    if cell.columns >= 3:
        head = rng.choice([heads.TOP, heads.TOP, heads.PART, heads.MIDDLE])
    boxed = cell.columns < 3 and rng.random() < 0.12
    place_or_fill(page, Space(rect, cell.columns, head, boxed=boxed, lang="en"))
