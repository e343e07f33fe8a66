#!/usr/bin/env python3
"""Pages as programs write them that set the text anew, without the ends of lines: every headline and paragraph is a line of its own.

    python3 tests/typesetter/whole_paragraphs.py STORIES OUT    the pages of STORIES/gold, written so, with their gold answers
"""

import json
import random
import sys
from pathlib import Path

import gold
from extraction import Program

WHOLE = Program("whole", "w", True)
# Where blank lines stand: nowhere, between articles, between all lines.
NOWHERE, BETWEEN_ARTICLES, EVERYWHERE = range(3)
INDENTS = ["", "", "\u3000\u3000", "    "]
# Where bylines stand that are no part of a text; on many pages nowhere, so that a headline is no headline by its byline alone.
BYLINES = BEFORE, AFTER, LEFT_OUT = range(3)
SHARES = [5, 2, 3]
# How many of the pages begin with their furniture.
FURNISHED = 0.7


class Way:
    """How a page is written, which depends on its name alone."""

    def __init__(self, name):
        rng = random.Random(name)
        self.blanks, self.indent = rng.randrange(3), rng.choice(INDENTS)
        self.furnished, self.bylines = rng.random() < FURNISHED, rng.choices(BYLINES, SHARES)[0]


def read(made):
    """{name: text} of the pages {name: (make, number, page)}; bylines that are left out are taken from their answers."""
    found = {}
    for name, (_, _, page) in made.items():
        way = Way(name)
        page.articles = printed(page.articles, way)
        found[name] = text(page.furniture, page.articles, way)
    return found


def write_own(stories, out):
    """The pages that the stories are from, written so; answers how many."""
    paths = sorted((stories / "gold").glob("*.json"))
    for path in paths:
        answers = json.loads(path.read_text(encoding="utf-8"))
        page_id, issue_id = f"{answers['page_id']}w", f"{answers['issue_id']}w"
        way = Way(page_id)
        articles = printed(answers["articles"], way)
        written = text(answers["furniture"], articles, way)
        articles = [gold.as_read(article, WHOLE, gold.without_blanks(written)) for article in articles]
        answers |= {"page_id": page_id, "issue_id": issue_id, "mode": WHOLE.mode, "articles": articles}
        gold.write(out, written, answers)
    return len(paths)


def printed(articles, way):
    """The articles as a page prints them, with their bylines or without."""
    if way.bylines != LEFT_OUT:
        return articles
    return [article | {"byline": [], "byline_raw": None} if stands_apart(article) else article for article in articles]


def stands_apart(article):
    """Whether the byline of an article is a line of its own; a photograph's credit always stays."""
    byline, paragraphs = article["byline_raw"], gold.without_blanks("".join(article["paragraphs"]))
    return byline and article["kind"] != "photo" and gold.without_blanks(byline) not in paragraphs


def text(furniture, articles, way):
    blocks = [furniture] if way.furnished else []
    blocks += [lines(article, way) for article in articles]
    between = "\n\n" if way.blanks == EVERYWHERE else "\n"
    return ("\n" if way.blanks == NOWHERE else "\n\n").join(between.join(block) for block in blocks) + "\n"


def lines(article, way):
    """The lines of an article; the credit of a photograph stands after its caption."""
    title = article["title"] if article["title_printed"] else None
    head = [article.get("jump_back_text"), article["kicker"], title, article["subtitle"]]
    body = [paragraph if paragraph in article["subheads"] else way.indent + paragraph for paragraph in article["paragraphs"]]
    photo = article["kind"] == "photo"
    apart = [article["byline_raw"]] if photo or stands_apart(article) else []
    parts = [head, body, apart] if photo or way.bylines == AFTER else [head, apart, body]
    return [line for part in [*parts, [article.get("jump_text")]] for line in part if line]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(f"{write_own(Path(sys.argv[1]), Path(sys.argv[2]))} pages in {sys.argv[2]}")
