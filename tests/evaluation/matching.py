"""Which pieces hold which gold articles, by the scorer's rules."""

import collections
from typing import NamedTuple

from evaluation import bench

# A piece with at least this F1 of characters is the article.
RECOVERED = 0.95


class Match(NamedTuple):
    """A gold article, and how much of it each piece has."""

    article: dict
    paragraphs: list
    text: str
    # {number of a piece: characters shared}
    shared: collections.Counter
    # The numbers of the pieces that are the article.
    right: set
    # The number of the piece that has at least half of it and more than any other, or None.
    holder: int | None


def pages(folder, records):
    """(gold, pieces of text) of each page."""
    by_page = collections.defaultdict(list)
    for record in records:
        by_page[record["page_id"]].append(record)
    for gold in bench.golds(folder):
        yield gold, [piece for piece in by_page[gold["page_id"]] if piece["kind"] not in ("furniture", "notice")]


def predictions(rules, pieces):
    """The pieces as the scorer reads them."""
    return [rules.Pred(bench.scored(piece)) for piece in pieces]


def matches(rules, articles, preds):
    """The match of each article with the pieces of its page."""
    index = collections.defaultdict(list)
    for number, pred in enumerate(preds):
        for at in range(len(pred.text) - rules.K + 1):
            index[pred.text[at : at + rules.K]].append((number, at))
    for article in articles:
        paragraphs = rules.gold_paras(article)
        text = "".join(first for first, _ in paragraphs)
        shared = collections.Counter(place[0] for place in rules.align(text, index, preds, None) if place)
        right = set()
        for number, count in shared.items():
            long = len(preds[number].text)
            if any(2 * min(count, length) / (long + length) >= RECOVERED for length in lengths(len(text), paragraphs)):
                right.add(number)
        holder = max(shared, key=shared.get, default=None)
        if holder is not None and shared[holder] < 0.5 * len(text):
            holder = None
        yield Match(article, paragraphs, text, shared, right, holder)


def lengths(whole, paragraphs):
    """How long the gold text is with and without what may be left out at its ends."""
    found = {whole}
    for place in (0, -1) if paragraphs else ():
        first, accepted = paragraphs[place]
        found |= {whole - len(first) + len(other) for other in accepted}
    return [length for length in found if length > 0]


def has_headline(rules, article):
    """Whether a headline of the article is printed."""
    return bool(rules.title_forms(article)) and article.get("title_printed", True)


def is_headline(rules, article, piece):
    """Whether the title of the piece is one that the scorer accepts for the article."""
    title = rules.strip(piece["title"])
    return bool(title) and any(rules.edit(title, form, len(form) // 10) <= len(form) // 10 for form in rules.title_forms(article))
