"""Finds the story that best fills a space: lays out one after another and cuts each at the end of the paragraph that fits."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import bylines
import geometry
import heads
import ornaments
from english_stories import WIDTH
from fonts import KAI, width
from geometry import Rect
from linebreaking import PARAGRAPH, REST, SUBHEAD, compose, estimated_lines
from page import BODY, JUMP_FROM, Cut

# How much smaller than its box a boxed article is, in type sizes and in leadings: above, and above and below together.
BOX_MARGIN, BOX_TOP, BOX_BOTH = 0.9, 0.7, 1.2
# Lines.
FEWEST_SLOTS, FEWEST_TEXT_LINES = 4, 3
LINES_UNDER_HEAD = 3
# A headline longer than this is not set over one column, in characters.
LONGEST_IN_COLUMN = 22
# After so many stories the best so far is taken; after fewer it is taken if it leaves few lines white.
MOST_TRIED, MANY_TRIED, FEW_WHITE = 900, 300, 6
# A story shorter than this part of what its space holds is not tried, nor a story to be cut that is shorter than this.
TOO_SHORT, TOO_SHORT_TO_CUT = 0.45, 1.15
# What the estimate of lines may be wrong by.
ESTIMATE_OVER, ESTIMATE_UNDER = 3, 4
# A paragraph is not cut so near its end, in characters.
LEAST_AFTER_CUT = 8
# How far down a head is in a column of its own, and in what part of its height a sunken one stands.
DOWN_OWN_COLUMN, DOWN_SUNK = 3, 0.4


@dataclass(frozen=True)
class Space:
    """Where an article is to stand and what kind it is to be."""

    rect: Rect
    columns: int
    head: str = heads.TOP
    # One of bylines.py, or None for one that the paper uses.
    byline: str | None = None
    boxed: bool = False
    # What the text runs through, if not equal columns.
    frames: tuple | None = None
    holes: tuple = ()
    # The main article of the page.
    main: bool = False
    # "kicker" or "subtitle": only a story that has one.
    need: str | None = None
    # One of a column of short news.
    brief: bool = False
    # What the last line says of where the story goes on.
    jump: str | None = None
    # What is left of a story from another page.
    rest: Cut | None = None
    # A place for some words of the story in large type.
    quote: Rect | None = None
    # Only stories in this language.
    lang: str | None = None
    # So many lines may stay white without another story being tried.
    slack: int | None = None

    def slack_lines(self):
        """How many lines may stay white."""
        if self.slack is not None:
            return self.slack
        return 2 if self.columns < 4 else 3


class Area(NamedTuple):
    """A space on a page: the space within its box, and the frames that text runs through."""

    inner: Rect
    column_width: float
    frames: tuple

    def characters(self, page, holes):
        """About how many characters it holds."""
        free = sum(frame.width * frame.height for frame in self.frames) - sum(hole.width * hole.height for hole in holes)
        return free / page.style.leading / page.style.size


class Layout(NamedTuple):
    """How a story would stand: its head, and the slots for its lines. The opening lines are (layer, text) before the text, and
    `reserved` lines are kept for what follows it."""

    head: heads.Head
    top: float
    byline: bylines.Byline
    slots: list
    opening: list
    reserved: int
    # Where the first letter stands if it is large.
    drop_cap: Rect | None = None

    def room(self):
        """How many lines there are for the text."""
        return len(self.slots) - len(self.opening) - self.reserved

    def measure(self):
        """How wide a line is, on average."""
        return sum(slot.width for slot in self.slots) / len(self.slots)


class Fit(NamedTuple):
    """A story laid out: the paragraphs, their lines as linebreaking.py composed them, and how many lines stay white."""

    story: object
    layout: Layout
    paragraphs: list
    composed: object
    white: int


def area(page, space):
    """The area of a space."""
    style, inner = page.style, space.rect
    if space.boxed:
        margin, top = BOX_MARGIN * style.size, style.leading * BOX_TOP
        inner = Rect(inner.x + margin, inner.y + top, inner.width - 2 * margin, inner.height - style.leading * BOX_BOTH)
    wide = (inner.width - (space.columns - 1) * style.gutter) / space.columns
    step = wide + style.gutter
    equal = tuple(Rect(inner.x + column * step, inner.y, wide, inner.height) for column in range(space.columns))
    return Area(inner, wide, space.frames or equal)


def byline_way(page, space):
    """How the byline is printed. A story that goes on elsewhere has none at its end, and on the next page none at all."""
    way = space.byline or page.rng.choice(page.style.bylines)
    if space.rest:
        return bylines.NONE
    if space.jump and bylines.way(way) in (bylines.LAST_LINE, bylines.IN_TEXT):
        return page.style.byline_of_cut
    return way


def best(page, space):
    """The fit of the story that fills the space best, or None."""
    found, here, way = None, area(page, space), byline_way(page, space)
    slack, tried = space.slack_lines(), 0
    for story in [space.rest.story] if space.rest else page.pool():
        if not suits(page, space, story):
            continue
        tried += 1
        if tried > MOST_TRIED:
            break
        if not long_enough(space, story, here.characters(page, space.holes)):
            continue
        layout = lay_out(page, space, here, way, story)
        if layout is None:
            continue
        fit = cut(page, space, layout, story) if space.jump else shortened(page, space, layout, story)
        if fit and (found is None or fit.white < found.white):
            found = fit
        if found and (found.white <= slack or tried > MANY_TRIED and found.white <= FEW_WHITE):
            break
    return found


def suits(page, space, story):
    """Whether the story may be set here at all."""
    if space.need and not getattr(story, space.need) or not space.rest and story.id in page.used:
        return False
    in_column = space.columns == 1 or space.head in (heads.FIRST_COLUMN, heads.OWN_COLUMN)
    if space.lang and story.lang != space.lang:
        return False
    long = len(story.title) * (WIDTH if story.lang == "en" else 1)
    return long <= LONGEST_IN_COLUMN or not in_column


def long_enough(space, story, characters):
    if space.jump:
        return story.length >= characters * TOO_SHORT_TO_CUT
    return bool(space.rest) or story.length >= characters * TOO_SHORT


def lay_out(page, space, here, way, story):
    """The layout of a story, or None if it does not fit."""
    style = page.style
    head = heads.made(page, space, here, story)
    if head is None:
        return None
    byline = bylines.made(page, way, min(frame.width for frame in here.frames), head.width)
    if bylines.way(way) in (bylines.BELOW, bylines.MARKED):
        lines = bylines.lines(byline.printed, head.width)
        if lines is None:
            return None
        head.add_byline(lines, style.align)
    alone = space.head == heads.OWN_COLUMN
    if head.depth > here.inner.height - (0 if alone else LINES_UNDER_HEAD * style.leading):
        return None
    top, taken = head_place(space, here.inner, head, style.leading)
    slots = geometry.slots(here.frames, [*space.holes, taken], style.leading, style.size)
    opening = [(JUMP_FROM, space.rest.label)] if space.rest and not head.labelled else []
    opening += [(BODY, byline.printed)] if byline.way == bylines.FIRST_LINE else []
    drop_cap = ornaments.drop_cap_place(page, space, slots, byline, story) if slots and not opening else None
    if drop_cap:
        slots = geometry.slots(here.frames, [*space.holes, taken, drop_cap], style.leading, style.size)
    reserved = 1 if space.jump or byline.way == bylines.LAST_LINE else 0
    layout = Layout(head, top, byline, slots, opening, reserved, drop_cap)
    if len(slots) < FEWEST_SLOTS or layout.room() < FEWEST_TEXT_LINES:
        return None
    if any(width(text, KAI, style.size) > slot.width for (_, text), slot in zip(opening, slots)):
        return None
    return layout


def head_place(space, inner, head, leading):
    """(top of the head, what is taken of the space by it), in whole lines."""
    rows = math.ceil(head.depth / leading) * leading
    if space.head == heads.OWN_COLUMN:
        down = max(0, min((inner.height - head.depth) / 2, DOWN_OWN_COLUMN * leading))
        return inner.y + down, Rect(head.x - 1, inner.y, head.width + 2, inner.height)
    down = math.floor((inner.height - rows) * DOWN_SUNK / leading) * leading if space.head == heads.SUNK else 0
    return inner.y + down, Rect(head.x - 1, inner.y + down, head.width + 2, rows)


def texts(space, layout, story):
    """(paragraphs, their kinds) of the whole story or of what is left of it."""
    paragraphs = list(space.rest.paragraphs if space.rest else story.paragraphs)
    paragraphs[0] = (layout.byline.prefix or "") + paragraphs[0]
    kinds = [SUBHEAD if paragraph in story.subheads else PARAGRAPH for paragraph in paragraphs]
    if space.rest and space.rest.in_paragraph:
        kinds[0] = REST
    return paragraphs, kinds


def as_set(layout, paragraphs, kinds):
    """(paragraph, kind) of each without a large first letter, which is printed by itself."""
    pairs = list(zip(paragraphs, kinds))
    return [(paragraphs[0][1:], REST), *pairs[1:]] if layout.drop_cap else pairs


def cut(page, space, layout, story):
    """The story cut where the space ends, or None where it must not be cut."""
    paragraphs, kinds = texts(space, layout, story)
    slots = layout.slots[len(layout.opening) : -1]
    composed = compose(as_set(layout, paragraphs, kinds), slots, page.style.size, page.style.setting)
    whole, characters = composed.paragraphs, composed.characters
    if whole == len(paragraphs) or kinds[whole] == SUBHEAD and characters:
        return None
    if whole and not characters and kinds[whole - 1] == SUBHEAD:
        return None
    least, most = page.style.rest_length
    if not least <= sum(map(len, paragraphs[whole:])) - characters <= most:
        return None
    if characters and len(paragraphs[whole]) - characters < LEAST_AFTER_CUT:
        return None
    if characters and story.lang == "en" and paragraphs[whole][characters - 1] != " " or layout.drop_cap and whole == 0:
        return None
    if layout.byline.prefix and whole == 0 and characters <= len(layout.byline.prefix):
        return None
    return Fit(story, layout, paragraphs, composed, 0)


def shortened(page, space, layout, story):
    """As many of the first paragraphs as fit, or None if they leave too much white."""
    paragraphs, kinds = texts(space, layout, story)
    style, tail, room = page.style, layout.byline.tail, layout.room()
    lines = estimated_lines(paragraphs, layout.measure(), style.size)
    for count in range(len(paragraphs), 0, -1):
        estimate = sum(lines[:count]) + (1 if tail else 0)
        if estimate > room + ESTIMATE_OVER or kinds[count - 1] == SUBHEAD:
            continue
        if estimate < room - space.slack_lines() - ESTIMATE_UNDER and not space.rest:
            return None
        kept = [*paragraphs[: count - 1], paragraphs[count - 1] + tail]
        composed = compose(as_set(layout, kept, kinds), layout.slots[len(layout.opening) :], style.size, style.setting)
        if composed.paragraphs == count and len(composed.lines) <= room:
            return Fit(story, layout, kept, composed, room - len(composed.lines))
    return None
