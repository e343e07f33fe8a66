"""A weekend paper: two to four wide columns, a feature with kicker, subtitle, picture and pull quote, large first letters, subheads,
and credits in many wordings; drawn article by article, with headlines before or after their texts."""

import bylines
import drawing
import heads
from articles import place_or_fill
from bylines import Form
from fonts import HEI, KAI, SONG
from geometry import Cell, Grid, divide, hole
from layout import Space
from linebreaking import Setting
from page import CENTER, LEFT, Style
from photos import photo
from stories import any_order
from wordings import Words

FAMILY, SIZE, PAPER, PAIRED = "E8", (860, 1180), "周末", False
# Characters of an article at most, below the feature.
MOST = 1250
# Rows.
FEATURE, PICTURE, QUOTE, FEWEST, LEAST_ABOVE_QUOTE = (29, 36), 13, 8, 17, 10
# How many of the stories with subheads come first.
SUBHEADS_FIRST = 0.45


class MagazineWords(Words):
    REPORTERS = ["本报记者", "本刊记者", "特约撰稿"]
    SECTIONS = ["周末", "人物", "深读", "旅行", "副刊", "文化", "生活周刊", "城市故事", "书评", "影像"]
    COLUMN_LABELS = ["■封面故事", "◎人物", "城市笔记", "□深度", "文化观察", "◆特别报道", "在现场", "旅途"]
    CREDITS = [
        ("摄影/{}", False),
        ("{}/摄", True),
        ("（{} 摄）", True),
        ("图/{}", False),
        ("本版图片由 {} 摄", False),
        ("□ {} 摄", False),
        ("供图/{}", False),
    ]
    EDITORS = ["编辑/{0} 美编/{1} 校对/{2}", "本版主编 {0} 美编 {1}", "□本版编辑 {0} 版式 {1} 校对 {2}", "编辑：{0}　E-mail：zhoumo@pl.com　美编：{1}"]


WORDS = MagazineWords()
SIGNED = Form(bylines.IN_TEXT, ("（{names}）", "（作者：{names}）", "（{names} 文/图）"), (" ", "、"))
LAST = Form(bylines.LAST_LINE, ("□ {names}", "文/{names}", "（{names}）", "◎{names}", "撰文：{names}"))
BELOW = Form(
    bylines.BELOW,
    ("□ 本报记者 {names}", "□ {names}", "文/图 {names}", "◎ {names}", "本报记者 {names} 文/图", "撰文/{names}", "本刊记者/{names}", "■ 文/{names}"),
    (" ", "　"),
)

WIDE, NARROW = 3, 4


def columns_of(edition):
    return WIDE if edition.number % 2 else NARROW


def pool(rng, stories):
    """Many of the stories with subheads first."""
    return sorted(any_order(rng, stories), key=lambda story: not (story.subheads and rng.random() < SUBHEADS_FIRST))


def style(rng, edition):
    size, leading = (10.2, 16.0) if columns_of(edition) == WIDE else (9.2, 14.2)
    return Style(
        size=size,
        leading=leading,
        gutter=1.9 * size,
        margin=40,
        foot=28,
        editors=11,
        bylines=[BELOW, BELOW, BELOW, SIGNED, SIGNED, LAST, bylines.MARKED, bylines.FIRST_LINE],
        setting=Setting(hang=rng.random() < 0.4),
        drawing=rng.choice([drawing.articles_in_order, drawing.heads_after_bodies, drawing.articles_in_any_order]),
        align=rng.choice([LEFT, LEFT, CENTER]),
        headline_font=rng.choice([HEI, SONG, KAI]),
        column_labels=0.25,
        fewest_articles=3,
        drop_caps=0.4,
    )


def fill(page, top):
    rng, count, rows = page.rng, columns_of(page.edition), page.rows(top)
    grid = Grid(page, count, top)
    high = rng.randint(*FEATURE)
    beside = 1 if rng.random() < 0.4 else 0
    at_left = rng.random() < 0.5
    feature(page, grid, Cell(0 if at_left else beside, count - beside, 0, high))
    page.rule(page.left, top + (high + 1) * page.style.leading, page.right, 1.0)
    cells = divide(page, grid, Cell(count - 1 if at_left else 0, 1, 0, high), MOST, rows=FEWEST) if beside else []
    for cell in cells + divide(page, grid, Cell(0, count, high + 2, rows), MOST, rows=FEWEST, between=2):
        article(page, grid, cell)


def feature(page, grid, cell):
    """The main story: a picture in its lower right corner, some words of it in the column beside."""
    rng, picture, holes = page.rng, None, ()
    if cell.columns > 2 and rng.random() < 0.75:
        picture = grid.rect(Cell(cell.column + cell.columns - 2, 2, cell.bottom - PICTURE, cell.bottom))
        holes = (hole(page, picture),)
    quote = quote_place(page, grid, cell, cell.column) if rng.random() < 0.8 else None
    if quote:
        holes += (hole(page, quote),)
    head = rng.choice([heads.TOP, heads.TOP, heads.PART]) if cell.columns > 2 else heads.TOP
    need = rng.choice(["kicker", "subtitle"])
    place_or_fill(page, Space(grid.rect(cell), cell.columns, head, main=True, need=need, holes=holes, quote=quote))
    if picture:
        photo(page, picture, beside=rng.random() < 0.3)


def quote_place(page, grid, cell, column):
    """A place for a quote in a column, with text above and below it."""
    lowest = cell.bottom - QUOTE - 3
    row = page.rng.randint(min(cell.top + LEAST_ABOVE_QUOTE + 4, lowest), lowest)
    return grid.rect(Cell(column, 1, row, row + QUOTE))


def article(page, grid, cell):
    rng, rect, head, columns = page.rng, grid.rect(cell), heads.TOP, cell.columns
    if cell.columns >= 3 and columns_of(page.edition) == NARROW and rng.random() < 0.6:
        # The widest lines of the paper.
        columns -= 1
    elif cell.columns >= 3:
        head = rng.choice([heads.OWN_COLUMN, heads.TOP, heads.PART, heads.MIDDLE])
    quote = None
    if 2 <= cell.columns == columns and head == heads.TOP and cell.rows() > LEAST_ABOVE_QUOTE + 2 * QUOTE and rng.random() < 0.4:
        quote = quote_place(page, grid, cell, cell.column + 1)
    elif cell.columns == 2 and rng.random() < 0.15:
        photo(page, rect)
        return
    holes = (hole(page, quote),) if quote else ()
    need = rng.choice(["kicker", "subtitle", None, None])
    boxed = not quote and rng.random() < 0.15
    place_or_fill(page, Space(rect, columns, head, need=need, holes=holes, quote=quote, boxed=boxed))
