"""A county weekly: few wide columns, a column of short news down the page, notices at its foot; paragraphs are indented with blanks,
and all headlines are drawn before all texts, or each after its own."""

import bylines
import drawing
import furniture
from articles import place_or_fill
from fonts import HEI, KAI
from geometry import Cell, Grid, Rect, divide
from layout import Space
from linebreaking import Setting
from page import CENTER, Style
from photos import photo
from stories import without_subheads
from wordings import Words

FAMILY, SIZE, PAPER, PAIRED = "E4", (820, 1120), "新闻", False
WORDS = Words()
# Columns by which the page is divided; an article has its own.
COLUMNS = 4
# Characters of an article at most.
MOST = 1100
# Rows.
NOTICES, FEWEST, FEWEST_FOR_PICTURE = 9, 14, 15
BRIEF, FEWEST_FOR_BRIEF, LEAST_BELOW_BRIEF = (11, 17), 12, 11
# Points.
LABEL_HEIGHT, LABEL_MARGIN, LABEL_SIZE, LABEL_BASELINE, LABEL_TINT = 24, 5, 15, 18, 0.88
LABEL_ROWS = 2
# Between the short news and the rest, and to the rule, in gutters.
APART, TO_RULE = 2.2, 1.1

pool = without_subheads


def style(rng, edition):
    return Style(
        size=10.0,
        leading=15.0,
        gutter=1.8 * 10.0,
        margin=32,
        foot=26,
        editors=10,
        bylines=[bylines.DATELINE, bylines.BELOW, bylines.DATELINE_ONLY, bylines.FIRST_LINE, bylines.LAST_LINE, bylines.IN_TEXT],
        setting=Setting(blanks=True),
        drawing=drawing.heads_before_bodies if edition.number % 2 else drawing.heads_after_bodies,
        headline_font=rng.choice([HEI, HEI, KAI]),
        column_labels=0.1,
    )


def fill(page, top):
    rng, style = page.rng, page.style
    wide = rng.choice([13, 14, 15]) * style.size
    at_right, with_notices = rng.random() < 0.75, rng.random() < 0.6
    rows = page.rows(top)
    foot = rows - (NOTICES if with_notices else 0)
    left = page.right - wide if at_right else page.left
    briefs = briefs_column(page, left, top, wide, foot)
    rule = left - style.gutter * TO_RULE if at_right else left + wide + style.gutter * TO_RULE
    page.line(rule, top, rule, top + foot * style.leading, 0.5)
    main_left = page.left if at_right else page.left + wide + APART * style.gutter
    main_right = main_left + page.right - page.left - wide - APART * style.gutter
    grid = Grid(page, COLUMNS, top, main_left, main_right)
    for number, cell in enumerate(divide(page, grid, Cell(0, COLUMNS, 0, foot), MOST, columns=2, rows=FEWEST, between=2)):
        article(page, grid, cell, number == 0)
    for brief in briefs:
        way = rng.choice([bylines.DATELINE, bylines.DATELINE, bylines.DATELINE_ONLY, bylines.IN_TEXT, bylines.NONE])
        place_or_fill(page, Space(brief, 1, byline=way, brief=True))
    if with_notices:
        y = top + (foot + 1) * style.leading
        furniture.notices(page, Rect(page.left, y, page.right - page.left, (rows - foot - 1) * style.leading))


def briefs_column(page, left, top, wide, foot):
    """Prints what the short news are called; answers with a place for each."""
    label = page.rng.choice(page.words.BRIEFS_LABELS)
    page.box(Rect(left - LABEL_MARGIN, top, wide + 2 * LABEL_MARGIN, LABEL_HEIGHT), fill=LABEL_TINT)
    page.print_furniture(HEI, LABEL_SIZE, left + wide / 2, top + LABEL_BASELINE, label, CENTER)
    places, row, leading = [], LABEL_ROWS, page.style.leading
    while foot - row >= FEWEST_FOR_BRIEF:
        rows = page.rng.randint(*BRIEF)
        if foot - (row + rows + 1) < LEAST_BELOW_BRIEF:
            rows = foot - row
        places.append(Rect(left, top + row * leading, wide, rows * leading))
        row += rows + 1
    return places


def article(page, grid, cell, main):
    rng, rect = page.rng, grid.rect(cell)
    columns = {4: rng.choice([2, 3, 4]), 3: rng.choice([2, 3]), 2: rng.choice([1, 2])}[cell.columns]
    if not main and cell.rows() >= FEWEST_FOR_PICTURE and rng.random() < 0.2:
        photo(page, rect, columns=2 if cell.columns == COLUMNS else 1)
        return
    boxed = not main and rng.random() < 0.2
    need = "subtitle" if main and rng.random() < 0.4 else None
    place_or_fill(page, Space(rect, columns, main=main and cell.columns > 2, boxed=boxed, need=need))
