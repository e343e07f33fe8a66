"""What papers print around articles: the masthead of a front page, the folio of another, the editors' names, and notices."""

from fonts import HEI, KAI, SONG, width
from geometry import Rect
from linebreaking import PARAGRAPH, Slot, compose
from page import CENTER, RIGHT

# Points.
TOP = 14
PAPER_SIZE, PAPER_BASELINE, AFTER_PAPER = 46, 48, 20
DATE_SIZE, SMALL_SIZE, SMALLEST_SIZE = 10, 9, 8.5
MASTHEAD_LINES = [16, 30, 44]
MASTHEAD_RULE, MASTHEAD_HEIGHT, MASTHEAD_WEIGHT = 56, 64, 1.5
FOLIO_BASELINE, FOLIO_RULE, FOLIO_HEIGHT, FOLIO_WEIGHT = 18, 24, 32, 1
FOLIO_SIZE, FOLIO_PAPER_SIZE, FOLIO_SECTION_SIZE, FOLIO_NUMBER_SIZE, DATE_FROM_NUMBER = 16, 15, 18, 14, 70
NOTICE_SIZE, NOTICE_LEADING, NOTICE_WIDTH, NOTICE_MARGIN = 8.5, 11.5, 170, 6
NOTICE_TITLE_SIZE, NOTICE_TITLE_BASELINE, NOTICE_FIRST_LINE, NOTICE_HEAD = 13, 16, 24, 26
NOTICE_EDGE = 0.3


def head(page):
    """Prints the masthead or the folio; answers how far down it goes."""
    return masthead(page, TOP) if page.edition.front else folio(page, TOP)


def masthead(page, y):
    """What a front page has at its head."""
    rng, edition, right = page.rng, page.edition, page.right
    page.print_furniture(page.masthead_font, PAPER_SIZE, page.left, y + PAPER_BASELINE, edition.paper)
    left = page.left + width(edition.paper, page.masthead_font, PAPER_SIZE) + AFTER_PAPER
    first, second, third = (y + line for line in MASTHEAD_LINES)
    page.print_furniture(SONG, DATE_SIZE, left, first, page.words.date_line(edition.date, edition.date_style))
    at_left, at_right = page.words.masthead(rng, edition)
    for line, text in zip((second, third), at_left):
        page.print_furniture(SONG, SMALL_SIZE, left, line, text)
    for line, text in zip((first, second, third), at_right):
        if text:
            page.print_furniture(SONG, SMALLEST_SIZE, right, line, text, RIGHT)
    page.rule(page.left, y + MASTHEAD_RULE, right, MASTHEAD_WEIGHT)
    return y + MASTHEAD_HEIGHT


def folio(page, y):
    """What any other page has at its head."""
    edition, left, right, middle = page.edition, page.left, page.right, (page.left + page.right) / 2
    numeral = page.words.NUMERALS[edition.page_number - 1]
    number = page.words.PAGE_NUMBERS[page.number_style].format(edition.page_number, numeral)
    date = page.words.date_line(edition.date, edition.date_style)
    line = y + FOLIO_BASELINE
    if page.rng.random() < 0.5:
        page.print_furniture(HEI, FOLIO_SIZE, left, line, f"{number} {edition.section}")
        page.print_furniture(SONG, SMALL_SIZE, middle, line - 1, date, CENTER)
        page.print_furniture(KAI, FOLIO_PAPER_SIZE, right, line, edition.paper, RIGHT)
    else:
        page.print_furniture(KAI, FOLIO_PAPER_SIZE, left, line, edition.paper)
        page.print_furniture(HEI, FOLIO_SECTION_SIZE, middle, line, edition.section, CENTER)
        page.print_furniture(SONG, SMALL_SIZE, right - DATE_FROM_NUMBER, line - 1, date, RIGHT)
        page.print_furniture(HEI, FOLIO_NUMBER_SIZE, right, line, number, RIGHT)
    page.rule(left, y + FOLIO_RULE, right, FOLIO_WEIGHT)
    return y + FOLIO_HEIGHT


def editors(page):
    """Who is answerable for the page, at its foot."""
    names = [page.words.person(page.rng) for _ in range(3)]
    text = page.rng.choice(page.words.EDITORS).format(*names)
    y = page.height - page.style.editors
    if page.editors_right:
        page.print_furniture(SONG, SMALLEST_SIZE, page.right, y, text, RIGHT)
    else:
        page.print_furniture(SONG, SMALLEST_SIZE, page.left, y, text)


def notices(page, rect):
    """A row of notices in boxes; one whose text is too long for its box stays empty."""
    town = page.rng.choice(page.words.TOWNS)
    texts = page.words.notices(page.rng, town)
    page.rng.shuffle(texts)
    gutter, count = page.style.gutter, max(1, int(rect.width // NOTICE_WIDTH))
    wide = (rect.width - (count - 1) * gutter) / count
    for number in range(count):
        box = Rect(rect.x + number * (wide + gutter), rect.y, wide, rect.height)
        page.box(box, stroke=NOTICE_EDGE)
        notice(page, box, 1 + number, *texts[number % len(texts)])


def notice(page, box, turn, title, text, signature):
    lines = int((box.height - NOTICE_HEAD) // NOTICE_LEADING)
    left, wide = box.x + NOTICE_MARGIN, box.width - 2 * NOTICE_MARGIN
    slots = [Slot(left, box.y + NOTICE_FIRST_LINE + line * NOTICE_LEADING, wide) for line in range(lines)]
    setting = page.style.setting._replace(blanks=False, hang=False)
    composed = compose([(text, PARAGRAPH)], slots, NOTICE_SIZE, setting)
    if not composed.paragraphs:
        return
    middle = box.x + box.width / 2
    page.print_furniture(HEI, NOTICE_TITLE_SIZE, middle, box.y + NOTICE_TITLE_BASELINE, title, CENTER, turn)
    for line in composed.lines:
        page.draw_furniture(turn, line.font, NOTICE_SIZE, line.x, line.y, line.text, line.spacing)
    page.furniture.append(text)
    if signature and len(composed.lines) < len(slots):
        right = box.x + box.width - NOTICE_MARGIN
        page.print_furniture(SONG, NOTICE_SIZE, right, slots[len(composed.lines)].y, signature, RIGHT, turn)
