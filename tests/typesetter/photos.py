"""Photographs: a grey picture with a caption under it or beside it, and its credit."""

import math
from typing import NamedTuple

import gold
import heads
import hyphenation
from fonts import HEI, KAI, width
from linebreaking import PARAGRAPH, Slot, compose
from geometry import Rect
from page import BODY, HEADLINE, SIGNATURE

# A caption's type is smaller than the body's by this, but no smaller than the second, in points.
SMALLER, SMALLEST_TYPE = 0.5, 8.5
LEADING = 0.95
LARGEST_TITLE, SMALLEST_TITLE = 15, 9
# In sizes of the title's type.
TITLE_HEIGHT, TITLE_DESCENT = 1.3, 0.25
AFTER_TITLE, AFTER_CAPTION = 2, 3
# A caption beside the picture takes this part of the width, but no more characters than the second.
SIDE_SHARE, SIDE_MEASURE = 0.35, 14
# Without a title a longer caption starts where it says what the picture shows, in characters.
LONG_CAPTION = 110
SHOWS = "图为"
# A picture above its caption is at least this high: a part of the whole height, and in points.
LEAST_SHARE, LEAST_HEIGHT = 0.42, 45
# More rows than any caption has.
MANY_ROWS = 200
CAPTION_BASELINE = 0.22


class Caption(NamedTuple):
    """The words of a photograph; `title` is (type size, lines) or None."""

    title: tuple | None
    text: str
    names: list
    credit: str
    # The credit stands in the last line of the text, not in a line of its own.
    inline: bool


class Measure(NamedTuple):
    """The type of a caption and its columns."""

    size: float
    leading: float
    width: float
    columns: int
    column_width: float
    gutter: float
    setting: object


def photo(page, rect, columns=1, beside=False):
    """The first photograph whose caption fits, in a random order; just a picture if none does."""
    candidates = [candidate for candidate in page.photographs if candidate.id not in page.used]
    page.rng.shuffle(candidates)
    titled = page.rng.random() < 0.75
    measure = caption_measure(page, rect, columns, beside)
    for candidate in candidates:
        caption = worded(page, candidate, titled, measure.width, beside)
        if caption is None:
            continue
        rows = caption_rows(caption, measure)
        high = rows * measure.leading + AFTER_CAPTION
        if caption.title:
            size, lines = caption.title
            high += size * TITLE_HEIGHT * len(lines) + AFTER_TITLE
        picture, x, y = places(page, rect, measure, high, beside)
        if picture is None:
            continue
        page.picture(picture)
        print_caption(page, caption, measure, x, y, rows)
        note(page, candidate, caption, titled)
        return
    page.picture(rect)


def caption_measure(page, rect, columns, beside):
    style = page.style
    size = max(SMALLEST_TYPE, style.size - SMALLER)
    wide = min(rect.width * SIDE_SHARE, SIDE_MEASURE * size) if beside else rect.width
    column_width = (wide - (columns - 1) * style.gutter) / columns
    setting = style.setting._replace(blanks=False)
    return Measure(size, style.leading * LEADING, wide, columns, column_width, style.gutter, setting)


def worded(page, candidate, titled, wide, beside):
    """The caption with people who do not exist, or None if its title does not fit."""
    rng, words = page.rng, page.words
    names = [words.person(rng)]
    if rng.random() < 0.2:
        names.append(words.person(rng))
    wording, may_be_inline = rng.choice(words.CREDITS)
    inline = may_be_inline and rng.random() < 0.6
    text, title = candidate.text, None
    if titled:
        title = heads.fit(candidate.title, wide, HEI, LARGEST_TITLE, SMALLEST_TITLE, 3 if beside else 1)
        if title is None:
            return None
    elif len(text) > LONG_CAPTION:
        text = text[max(0, text.find(SHOWS)) :]
    return Caption(title, text, names, wording.format(" ".join(names)), inline)


def caption_lines(caption, measure, slots):
    text = caption.text + (caption.credit if caption.inline else "")
    return compose([(text, PARAGRAPH)], slots, measure.size, measure.setting).lines


def caption_rows(caption, measure):
    """Rows of the caption in its columns, with the credit."""
    slots = [Slot(0, row * measure.leading, measure.column_width) for row in range(MANY_ROWS)]
    lines = len(caption_lines(caption, measure, slots)) + (0 if caption.inline else 1)
    return math.ceil(lines / measure.columns)


def places(page, rect, measure, high, beside):
    """(picture, left of the caption, top of the caption); no picture if it were too small."""
    if beside:
        wide = rect.width - measure.width - page.style.gutter
        picture = Rect(rect.x, rect.y, wide, rect.height - 2) if high <= rect.height else None
        return picture, rect.x + wide + page.style.gutter, rect.y
    left = rect.height - high
    picture = Rect(rect.x, rect.y, rect.width, left) if left >= max(rect.height * LEAST_SHARE, LEAST_HEIGHT) else None
    return picture, rect.x, rect.y + left + 1


def print_caption(page, caption, measure, x, y, rows):
    if caption.title:
        size, lines = caption.title
        for line in lines:
            y += size * TITLE_HEIGHT
            left = x + (measure.width - width(line, HEI, size)) / 2
            page.print(HEADLINE, HEI, size, left, y - size * TITLE_DESCENT, line)
        y += AFTER_TITLE
    wide, step = measure.column_width, measure.column_width + measure.gutter
    baselines = [y + (row + 1 - CAPTION_BASELINE) * measure.leading for row in range(rows)]
    slots = [Slot(x + column * step, baseline, wide) for column in range(measure.columns) for baseline in baselines]
    lines = caption_lines(caption, measure, slots)
    for line in lines:
        font = line.font if hyphenation.is_english(caption.text) else KAI
        page.print(BODY, font, measure.size, line.x, line.y, line.text, line.spacing, line.blank_spacing)
    if not caption.inline:
        slot = slots[len(lines)]
        left = slot.x + slot.width - width(caption.credit, KAI, measure.size)
        page.print(SIGNATURE, KAI, measure.size, left, slot.y, caption.credit)


def note(page, candidate, caption, titled):
    """Notes the gold answer."""
    page.used.add(candidate.id)
    answer = gold.article(
        kind="photo",
        title=candidate.title if titled else None,
        title_printed=titled,
        byline=caption.names,
        byline_raw=caption.credit,
        paragraphs=[caption.text],
        story_id=candidate.id,
        source=candidate.source,
        lang=page.words.LANGUAGE,
        head_pos="photo",
        credit_text=caption.credit,
    )
    page.articles.append(answer)
