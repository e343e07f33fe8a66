"""English lines: between which parts of a text they are broken, and where a word may be hyphenated."""

import re

from fonts import width

NOT_ENGLISH = re.compile(r"[\u2e80-\u9fff\u3000-\u30ff\uff00-\uffef]")
PART = re.compile(r"[^ ]+| ")
LETTERS = re.compile(r"[A-Za-z]+")
VOWELS = set("aeiouyAEIOUY")
# Consonants that are spoken as one, or start a syllable together.
TOGETHER = {"th", "sh", "ch", "ph", "gh", "wh", "ck", "qu"} | {first + second for first in "bcdfgpt" for second in "lr"} - {"dl", "tl"}
# Letters on each side of a hyphen.
LEAST = 3


def is_english(text):
    return not NOT_ENGLISH.search(text)


def parts(text):
    """The words with their marks, and the blanks between them."""
    return PART.findall(text)


def breaks(word):
    """After how many characters a word may be hyphenated, the last place first. One with a hyphen of its own is not broken there:
    pdftotext leaves out hyphens at the ends of lines."""
    found = set()
    for match in LETTERS.finditer(word):
        start, letters = match.start(), match.group()
        if letters.isupper():
            continue
        for at in range(LEAST, len(letters) - LEAST + 1):
            if is_between_syllables(letters.lower(), at):
                found.add(start + at)
    return sorted(found, reverse=True)


def is_between_syllables(word, at):
    """Whether a syllable ends with a vowel, or with the first of two consonants, before the character at this place."""
    consonant = word[at] not in VOWELS
    if not consonant or word[at : at + 2] in TOGETHER and word[at - 1] not in VOWELS or word[at - 1 : at + 1] in TOGETHER:
        return False
    opens = word[at + 1] in VOWELS or word[at : at + 2] in TOGETHER and word[at + 2 : at + 3] and word[at + 2] in VOWELS
    closed = word[at - 1] in VOWELS or word[at - 2] in VOWELS
    return bool(opens and closed)


def take(parts, widths, start, measure, font, size, hyphens):
    """(end, text) of the line that starts at `start`; a word that is hyphenated becomes two parts."""
    end, long, hyphen = start, 0.0, ""
    while end < len(parts) and long + widths[end] <= measure:
        long += widths[end]
        end += 1
    if end < len(parts) and parts[end] != " " and (hyphens or end == start):
        first = first_syllables(parts[end], measure - long, font, size)
        if end == start:
            # A word that is longer than the line and has no syllables is broken anywhere.
            first = first or parts[end][: max(1, int(measure / size))]
        if first:
            parts[end : end + 1] = [first, parts[end][len(first) :]]
            widths[end : end + 1] = [width(part, font, size) for part in parts[end : end + 2]]
            end, hyphen = end + 1, "-"
    while end < len(parts) and parts[end] == " ":
        end += 1
    return end, "".join(parts[start:end]).rstrip(" ") + hyphen


def first_syllables(word, room, font, size):
    """The most of a word that has room before a hyphen, or nothing."""
    return next((word[:at] for at in breaks(word) if width(word[:at] + "-", font, size) <= room), "")
