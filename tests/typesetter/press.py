"""Makes pages: draws the paper, its date and its place in an issue, has the make fill the page, and does it again when it went wrong.

Everything random comes from the family, the number of the page and that of the attempt, so that a page is the same each time.
"""

import datetime
import random
import sys
from typing import NamedTuple

import drawing
import furniture
from page import Page

ATTEMPTS = 12
# After so many attempts white in articles is accepted.
ATTEMPTS_WITHOUT_WHITE = 8
# White in an article: lines, and their part of all lines.
MOST_WHITE, MOST_WHITE_SHARE = 25, 0.3
# Of the pages that do not belong to an issue of two.
FRONT_SHARE = 0.4
LAST_PAGE = 8
# How often the second story that goes on on a page does so without a headline.
HEADLESS_SHARE = 0.35
FIRST_DAY, DAYS = datetime.date(2019, 1, 1), 2000


class Edition(NamedTuple):
    """What a page is part of."""

    # Of the page among those of its make.
    number: int
    front: bool
    page_number: int
    section: str
    date: datetime.date
    date_style: int
    issue_number: int
    paper: str
    # How the paper calls its reporters.
    role: str
    # What stands where a story is cut.
    jump: str


def issue(make, number):
    """The issue that a page belongs to, among those of its make."""
    return number // 2 if make.PAIRED else number


def pages(make, count, stories, photographs):
    """(number, page) of as many pages of a make; an inside page has the rests of the stories that the page before it cut."""
    words, page = make.WORDS, None
    stories = [story for story in stories if story.lang in words.STORIES]
    photographs = [photograph for photograph in photographs if photograph.lang in words.CAPTIONS]
    for number in range(count):
        front = page if make.PAIRED and number % 2 else None
        page = made(make, number, stories, photographs, front)
        if page is None:
            print(f"{make.FAMILY} {number}: nothing fits, left out", file=sys.stderr)
        else:
            yield number, page


def made(make, number, stories, photographs, front):
    """A page, or None if no attempt went well; `front` is the page before it in the same issue."""
    for attempt in range(ATTEMPTS):
        rng = random.Random(f"{make.FAMILY}-{number}-{attempt}")
        edition, waiting = begun(make, number, rng, front)
        used = set(front.used) if front else set()
        page = Page(make, edition, rng, stories, photographs, used, waiting)
        make.fill(page, furniture.head(page))
        furniture.editors(page)
        drawing.arrange(page)
        if is_good(page, make, attempt):
            return page
    return None


def begun(make, number, rng, front):
    """(edition, stories that go on on the page)"""
    first = number % 2 == 0 if make.PAIRED else rng.random() < FRONT_SHARE
    words, second = make.WORDS, second_page(make, number)
    page_number = 1 if first else second if make.PAIRED else rng.randint(2, LAST_PAGE)
    shared = random.Random(f"{make.FAMILY}-issue-{issue(make, number)}")
    date = FIRST_DAY + datetime.timedelta(days=shared.randint(0, DAYS))
    date_style, issue_number = shared.randint(0, len(words.DATES) - 1), shared.randint(900, 9999)
    paper, role = shared.choice(words.TOWNS) + make.PAPER, shared.choice(words.REPORTERS)
    jump, label = shared.choice(words.JUMPS)
    jump, label = jump.format(second, words.NUMERALS[second - 1]), label.format(1, words.NUMERALS[0])
    waiting = []
    if front:
        headless = shared.random() < HEADLESS_SHARE
        waiting = [cut._replace(label=label, headless=headless and turn == 1) for turn, cut in enumerate(front.cuts)]
    section = rng.choice(words.SECTIONS)
    return Edition(number, first, page_number, section, date, date_style, issue_number, paper, role, jump), waiting


def second_page(make, number):
    """The number of the page on which stories go on in the issue that a page belongs to."""
    return random.Random(f"{make.FAMILY}-second-{issue(make, number)}").choice(make.WORDS.SECOND_PAGES)


def is_good(page, make, attempt):
    """Whether the page can be printed."""
    if page.overlaps() or page.waiting or len(page.articles) < page.style.fewest_articles:
        return False
    if make.PAIRED and page.edition.front and not page.cuts:
        return False
    too_white = any(white > MOST_WHITE or white / lines > MOST_WHITE_SHARE for white, lines in page.white)
    return attempt >= ATTEMPTS_WITHOUT_WHITE or not too_white
