"""Bylines: who wrote an article, and the ways in which papers print it."""

import re
from typing import NamedTuple

from fonts import KAI, width

NONE = "none"
# Under the headline, also with a square before it.
BELOW, MARKED = "below", "marked"
# In the dateline with which the text starts, and such a dateline without a name.
DATELINE, DATELINE_ONLY = "dateline", "dateline only"
# In brackets at the end of the last paragraph.
IN_TEXT = "in text"
# On a line of its own before or after the text.
FIRST_LINE, LAST_LINE = "first line", "last line"

# Points.
SIZE = 9.5
ROOM_FOR_PICTURES = 45
# A name is drawn again so often when its line is too long for the column.
TRIES = 12


class Byline(NamedTuple):
    """`printed` is the byline as printed; `prefix` and `tail` are what it adds to the text at its start and its end."""

    way: str
    names: list
    printed: str | None = None
    prefix: str | None = None
    tail: str = ""


class Form(NamedTuple):
    """What one kind of paper writes, as one of the ways above. The gaps of the wordings are `names` (or `NAMES` in capitals), `town`,
    `city` and `CITY`, `month` and `day`."""

    way: str
    wordings: tuple
    # What stands between two names.
    between: tuple = (" ",)
    # Datelines with which the text starts, too.
    prefixes: tuple = ()


def way(byline):
    """The way of a form, or the way itself."""
    return byline.way if isinstance(byline, Form) else byline


def made(page, way, narrowest, head_width):
    """A byline by people who do not exist, for columns and a headline so wide."""
    rng = page.rng
    if isinstance(way, Form):
        return worded(page, way, narrowest)
    if way == NONE:
        return Byline(way, [])
    names, printed = written(page)
    for _ in range(TRIES):
        if way not in (FIRST_LINE, LAST_LINE) or width(printed, KAI, page.style.size) <= narrowest:
            break
        names, printed = written(page)
    if way == BELOW and width(printed, KAI, SIZE) <= head_width - ROOM_FOR_PICTURES and rng.random() < 0.06:
        printed += " 文/图"
    if way == MARKED:
        printed = ("■" if rng.random() < 0.7 else "■ ") + printed
    if way == DATELINE:
        printed = "本报讯（" + printed.replace("本报记者", "记者").replace("　", " ") + "）"
        return Byline(way, names, printed, prefix=printed)
    if way == DATELINE_ONLY:
        return Byline(way, [], prefix="本报讯 ")
    if way == IN_TEXT:
        printed = f"（{printed if rng.random() < 0.5 else only_names(printed)}）"
        return Byline(way, names, printed, tail=printed)
    return Byline(way, names, printed)


def written(page):
    """(names, the names as this paper writes them with what they are)"""
    rng = page.rng
    names = page.words.people(rng, rng.choice([1, 1, 1, 2, 2]))
    shown = [page.words.spaced(name, page.name_space) for name in names]
    blank = "　" if page.name_space == "　" else " "
    if len(names) == 2 and rng.random() < 0.5:
        shown.insert(1, "通讯员")
    return names, blank.join([page.edition.role, *shown])


def worded(page, form, narrowest):
    """A byline in one of the wordings of a form."""
    rng, words, date = page.rng, page.words, page.edition.date
    for _ in range(TRIES):
        wording = rng.choice(form.wordings)
        names = words.people(rng, rng.choice([1, 1, 1, 2])) if "{names}" in wording.lower() else []
        shown = rng.choice(form.between).join(words.spaced(name, page.name_space) for name in names)
        city = rng.choice(words.CITIES)
        gaps = {"names": shown, "NAMES": shown.upper(), "town": rng.choice(words.TOWNS), "city": city, "CITY": city.upper()}
        gaps |= {"month": date.month, "day": date.day}
        printed = wording.format(**gaps)
        if form.way not in (FIRST_LINE, LAST_LINE) or width(printed, KAI, page.style.size) <= narrowest:
            break
    if "{NAMES}" in wording:
        names = [name.upper() for name in names]
    prefix = rng.choice(form.prefixes).format(**gaps) if form.prefixes else None
    if form.way == DATELINE:
        return Byline(form.way, names, printed.strip() if names else None, prefix=printed)
    return Byline(form.way, names, printed, prefix, printed if form.way == IN_TEXT else "")


def only_names(printed):
    """A byline without what the people are."""
    return re.sub(r"^(本报)?记者[ 　]*", "", printed).replace("通讯员", "").replace("  ", " ").strip()


def lines(printed, head_width):
    """The lines of a byline under its headline, or None if they do not fit."""
    if width(printed, KAI, SIZE) <= head_width:
        return [printed]
    parts = [part.strip() for part in re.split("(?=通讯员)", printed) if part.strip()]
    return parts if all(width(part, KAI, SIZE) <= head_width for part in parts) else None
