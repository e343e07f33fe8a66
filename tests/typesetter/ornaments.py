"""Large first letters; and pull quotes, sentences of a story again in large type in a place that its text leaves free. These belong to no
article."""

import re

import heads
from fonts import HEI, KAI, width
from geometry import BASELINE, Rect
from page import BODY, QUOTE

# How many lines a large first letter is high, how much of its type size is above the baseline, and what is left at its right, in sizes
# of the body type.
LETTER_LINES, LETTER_HEIGHT, LETTER_GAP = [2, 2, 3], 0.8, 0.3

SENTENCE = re.compile(r"(?<=[。！？，；])[^。！？；“”‘’（）—…]+(?=[。！？])")
LENGTH = range(12, 41)
LARGEST, SMALLEST, MOST_LINES = 17, 11, 6
# In type sizes.
LINE_HEIGHT = 1.5
RULE_WEIGHT = 1.5


def drop_cap_place(page, space, slots, byline, story):
    """Where a large first letter is to stand, or None if there is none."""
    style, first = page.style, story.paragraphs[0][0]
    if not style.drop_caps or space.rest or space.brief or byline.prefix or not first.isalpha() or first.isascii():
        return None
    if not space.main and page.rng.random() >= style.drop_caps:
        return None
    high = page.rng.choice(LETTER_LINES) * style.leading
    letter = (high - style.leading) / LETTER_HEIGHT + style.size
    top = slots[0].y - (1 - BASELINE) * style.leading
    return Rect(slots[0].x, top, letter + LETTER_GAP * style.size, high)


def print_drop_cap(page, place, letter):
    """The large first letter of a text, at the left of its first lines."""
    baseline = place.y + place.height - BASELINE * page.style.leading
    page.print(BODY, HEI, place.width - LETTER_GAP * page.style.size, place.x, baseline, letter)


def pull_quote(page, rect, paragraphs):
    """Prints a sentence between two rules; just the rules and nothing between them if none fits."""
    page.rule(rect.x, rect.y, rect.x + rect.width, RULE_WEIGHT)
    page.rule(rect.x, rect.y + rect.height, rect.x + rect.width, RULE_WEIGHT)
    sentences = [sentence for paragraph in paragraphs for sentence in SENTENCE.findall(paragraph) if len(sentence) in LENGTH]
    page.rng.shuffle(sentences)
    for sentence in sentences:
        # The marks keep it from being the same as a part of the text.
        text = f"“{sentence}”"
        fitted = heads.fit(text, rect.width, KAI, LARGEST, SMALLEST, MOST_LINES)
        if fitted and fitted[0] * LINE_HEIGHT * len(fitted[1]) < rect.height:
            print_lines(page, rect, *fitted)
            page.furniture.append(text)
            return


def print_lines(page, rect, size, lines):
    leading = size * LINE_HEIGHT
    y = rect.y + (rect.height - leading * len(lines)) / 2 + size
    for line in lines:
        x = rect.x + (rect.width - width(line, KAI, size)) / 2
        page.print(QUOTE, KAI, size, x, y, line)
        y += leading
