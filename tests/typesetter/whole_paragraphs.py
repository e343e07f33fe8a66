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
# Of how many pages the bylines stand after the texts, and how many begin with their furniture.
BYLINES_AFTER, FURNISHED = 0.25, 0.7


def read(made):
    """{name: text} of the pages {name: (make, number, page)}."""
    return {name: text(name, page.furniture, page.articles) for name, (_, _, page) in made.items()}


def write_own(stories, out):
    """The pages that the stories are from, written so; answers how many."""
    for folder in ("raw", "gold"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    paths = sorted((stories / "gold").glob("*.json"))
    for path in paths:
        answers = json.loads(path.read_text(encoding="utf-8"))
        page_id, issue_id = f"{answers['page_id']}w", f"{answers['issue_id']}w"
        written = text(page_id, answers["furniture"], answers["articles"])
        (out / "raw" / f"{page_id}.txt").write_text(written, encoding="utf-8")
        articles = [gold.as_read(article, WHOLE, gold.without_blanks(written)) for article in answers["articles"]]
        answers |= {"page_id": page_id, "issue_id": issue_id, "mode": WHOLE.mode, "articles": articles}
        gold.write(answers, out / "gold" / f"{page_id}.json")
    return len(paths)


def text(name, furniture, articles):
    """A page; how it is written depends on its name alone."""
    rng = random.Random(name)
    blanks, indent, after = rng.randrange(3), rng.choice(INDENTS), rng.random() < BYLINES_AFTER
    blocks = [furniture] if rng.random() < FURNISHED else []
    blocks += [lines(article, indent, after) for article in articles]
    between = "\n\n" if blanks == EVERYWHERE else "\n"
    return ("\n" if blanks == NOWHERE else "\n\n").join(between.join(block) for block in blocks) + "\n"


def lines(article, indent, after):
    """The lines of an article, its byline after the text or before it; the credit of a photograph stands after its caption."""
    title = article["title"] if article["title_printed"] else None
    head = [article.get("jump_back_text"), article["kicker"], title, article["subtitle"]]
    body = [paragraph if paragraph in article["subheads"] else indent + paragraph for paragraph in article["paragraphs"]]
    byline, printed = article["byline_raw"], gold.without_blanks("".join(body))
    apart = [byline] if byline and gold.without_blanks(byline) not in printed else []
    parts = [head, body, apart] if after or article["kind"] == "photo" else [head, apart, body]
    return [line for part in [*parts, [article.get("jump_text")]] for line in part if line]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(f"{write_own(Path(sys.argv[1]), Path(sys.argv[2]))} pages in {sys.argv[2]}")
