"""Breaks texts into lines, as Chinese papers do: no line starts with a closing mark or ends with an opening one, every line but the
last of a paragraph is spaced out or squeezed to the full measure, numbers and Latin words stay whole; and English texts between or in
words, whose blanks are widened."""

import math
import re
from typing import NamedTuple

import hyphenation
from fonts import HEI, SONG, width

NEVER_FIRST = set("，。、；：？！）》”’」』】〉…—·%％.,:;!?)") | {"……", "——"}
NEVER_LAST = set("（《“‘「『【〈(")
UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%:/+\-&']*|——|……|.", re.DOTALL)
NARROW = re.compile(r"[0-9A-Za-z ]")
# Longer words are broken, in characters.
LONGEST_WORD = 12
# What a paragraph is, for its first line: SUBHEAD is set in another typeface, REST starts in the middle of a sentence.
PARAGRAPH, SUBHEAD, REST = "paragraph", "subhead", "rest"

# All of these in type sizes.
INDENT = 2
TIGHTEST = 0.09
WIDEST = 0.9
HANG = 0.5
HANG_FROM = 7
# In English: what is added to a blank, and the indent.
WIDEST_BLANK, ENGLISH_INDENT = 1.6, 1

# Points.
SPACING_SHOWS = 0.005
ROUNDING = 0.01


class Setting(NamedTuple):
    """How a paper sets its lines."""

    # The indent of a paragraph is two blanks that are printed, not just a distance.
    blanks: bool = False
    # An opening mark at the start of a line hangs out by half its width.
    hang: bool = False
    # A line may be squeezed to take in a closing mark.
    squeeze: bool = True
    # English lines are spaced out to the full measure, and words hyphenated.
    justified: bool = True
    hyphens: bool = True


class Slot(NamedTuple):
    """A place for a line: where its baseline starts and how long it is."""

    x: float
    y: float
    width: float


class Line(NamedTuple):
    """A line in its place; `spacing` is what is added after each character, `blank_spacing` after each blank."""

    x: float
    y: float
    text: str
    spacing: float
    font: str
    blank_spacing: float = 0.0


class Composed(NamedTuple):
    """The lines, and where the slots ended: how many paragraphs were set whole and how many characters of the next."""

    lines: list
    paragraphs: int
    characters: int


def units(text):
    """The parts of a text that are not broken."""
    found = []
    for unit in UNIT.findall(text):
        found += list(unit) if len(unit) > LONGEST_WORD else [unit]
    return found


def compose(paragraphs, slots, size, setting):
    """Sets (text, kind) after (text, kind) into the slots."""
    lines = []
    for number, (text, kind) in enumerate(paragraphs):
        english = hyphenation.is_english(text)
        font = HEI if kind == SUBHEAD or english else SONG
        parts = hyphenation.parts(text) if english else units(text)
        set_next = set_english_line if english else set_line
        widths = [width(part, font, size) for part in parts]
        at = characters = 0
        while at < len(parts):
            if parts[at] == " " and 0 < at < len(parts) - 1:
                at, characters = at + 1, characters + 1
                continue
            if len(lines) == len(slots):
                return Composed(lines, number, characters)
            end, line = set_next(slots[len(lines)], parts, widths, at, kind, font, size, setting)
            lines.append(line)
            characters += sum(map(len, parts[at:end]))
            at = end
    return Composed(lines, len(paragraphs), 0)


def set_line(slot, parts, widths, at, kind, font, size, setting):
    """(where the next line starts, this line)"""
    indent = INDENT * size if at == 0 and kind != REST else 0
    blanks = "　" * INDENT if indent and setting.blanks and kind == PARAGRAPH else ""
    hangs = setting.hang and at and parts[at] in NEVER_LAST and slot.width > HANG_FROM * size
    hang = HANG * size if hangs else 0
    measure = slot.width - indent + hang
    end, long = take(parts, widths, at, measure, size, setting.squeeze)
    whole = "".join(parts[at:end])
    text = whole.rstrip(" ")
    long -= width(whole[len(text) :], font, size)
    spacing = 0.0
    if end < len(parts) and len(text) > 1 or long > measure:
        spacing = (measure - long) / max(1, len(text) - 1)
    if spacing > WIDEST * size:
        spacing = 0.0
    if blanks and spacing:
        spacing = (measure - long) / (len(text) - 1 + len(blanks))
    if abs(spacing) < SPACING_SHOWS:
        spacing = 0.0
    return end, Line(slot.x + (0 if blanks else indent) - hang, slot.y, blanks + text, spacing, font)


def set_english_line(slot, parts, widths, at, kind, font, size, setting):
    """The same of an English text."""
    indent = ENGLISH_INDENT * size if at == 0 and kind == PARAGRAPH else 0
    measure = slot.width - indent + ROUNDING
    end, text = hyphenation.take(parts, widths, at, measure, font, size, setting.hyphens)
    blanks, left = text.count(" "), measure - width(text, font, size)
    spacing = left / blanks if setting.justified and blanks and end < len(parts) else 0.0
    return end, Line(slot.x + indent, slot.y, text, 0.0, font, spacing if spacing <= WIDEST_BLANK * size else 0.0)


def take(parts, widths, start, measure, size, squeeze):
    """(end, width) of the line that starts at `start`."""
    end, long = start, 0.0
    while end < len(parts) and long + widths[end] <= measure + ROUNDING:
        long += widths[end]
        end += 1
    if end == len(parts):
        return end, long
    if end == start:
        return end + 1, widths[end]
    if squeeze and squeezes(parts, end, (long + widths[end] - measure) / sum(map(len, parts[start:end])), size):
        return end + 1, long + widths[end]
    earlier = end
    while earlier > start + 1 and (parts[earlier] in NEVER_FIRST or parts[earlier - 1] in NEVER_LAST):
        earlier -= 1
    if earlier > start + 1 or parts[earlier] not in NEVER_FIRST:
        end = earlier
    return end, sum(widths[start:end])


def squeezes(parts, end, less, size):
    """Whether the closing mark at `end` goes into the line when each character gives `less` of its width."""
    alone = end + 1 == len(parts) or parts[end + 1] not in NEVER_FIRST
    return parts[end] in NEVER_FIRST and len(parts[end]) == 1 and alone and less <= TIGHTEST * size


def estimated_lines(paragraphs, measure, size):
    """About how many lines each paragraph takes."""
    per_line = measure / size
    lengths = [len(text) + 2.3 - 0.45 * len(NARROW.findall(text)) for text in paragraphs]
    return [max(1, math.ceil(length / per_line)) for length in lengths]
