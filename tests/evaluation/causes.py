"""What the remaining mistakes are, by cause, counted.

Each wrong article, headline, byline, paragraph and jump line is counted once, under the first cause that holds. What the scorer
takes for right is no mistake, so that the sums are those behind its figures.
"""

import collections
import re

from evaluation import bench, matching


def causes(scorer, folder, records):
    """{mode: {cause: count}} of pages scored one by one."""
    found = collections.defaultdict(collections.Counter)
    for gold, pieces in matching.pages(folder, records):
        printed = (folder / "raw" / f"{gold['page_id']}.txt").read_text(encoding="utf-8")
        lines = [line for line in map(tight, printed.split("\n")) if line]
        found[gold["mode"]].update(of_page(scorer.rules, gold["articles"], pieces, lines))
    return {mode: {cause: counts[cause] for cause in CAUSES} for mode, counts in sorted(found.items())}


CAUSES = (
    "articles",
    "article with another in it",
    "article torn",
    "headlines",
    "headline of a text of which no piece has half",
    "headline of a text that was not recovered",
    "headline left out, printed away from its text",
    "headline left out",
    "headline of another, printed away from its text",
    "headline of another",
    "headline with too much or too little",
    "headline misread",
    "bylines",
    "byline that is not on the page",
    "byline of a text that was not recovered",
    "byline left out, printed away from its article",
    "byline left out",
    "byline of another, printed away from its article",
    "byline of another",
    "byline with too many or too few names",
    "byline misread",
    "paragraphs",
    "paragraph of a text that was not recovered",
    "paragraph divided",
    "paragraph joined to another",
    "paragraph misread",
    "jumps",
    "jump of a text that was not recovered",
    "jump left out",
    "jump of another",
    "jump given to a text without one",
)


def tight(text):
    return re.sub(r"\s", "", text or "")


def of_page(rules, articles, pieces, lines):
    """Counts the causes on one page, whose printed `lines` have no white space."""
    counts = collections.Counter()
    preds = matching.predictions(rules, pieces)
    for match in matching.matches(rules, articles, preds):
        article, text, recovered = match.article, match.text, bool(match.right)
        counts["articles"] += 1
        if not recovered:
            best, count = max(match.shared.items(), key=lambda item: item[1], default=(None, 0))
            foreign = 0 if best is None else len(preds[best].text) - count
            counts["article with another in it" if foreign > len(text) - count else "article torn"] += 1
        piece = None if match.holder is None else pieces[match.holder]
        others = [other for other in articles if other is not article]
        if not article.get("continued_from"):
            counts.update(of_headline(rules, article, piece, recovered, others, is_away(lines, headline(article), text)))
            byline_away = is_away(lines, [article.get("byline_raw")], text + "".join(map(tight, headline(article))))
            counts.update(of_byline(rules, article, piece, recovered, others, byline_away, "".join(lines)))
        counts.update(of_jumps(rules, article, piece, recovered))
        pool = [paragraph for pred in (preds if match.holder is None else [preds[match.holder]]) for paragraph in pred.paras]
        counts.update(of_paragraphs(match.paragraphs, pool, recovered))
    return counts


def is_away(lines, parts, text):
    """Whether no printed line of `parts` stands next to a line of `text`, lines of `parts` left out."""
    parts = [tight(part) for part in parts if part]
    own = [any(line in part or part in line for part in parts) for line in lines]
    for at in (at for at, line in enumerate(own) if line):
        for places in (range(at, -1, -1), range(at, len(own))):
            place = next((place for place in places if not own[place]), None)
            if place is not None and lines[place] in text:
                return False
    return True


def headline(article):
    return [article.get(part) for part in ("kicker", "title", "subtitle") if article.get(part)]


def of_headline(rules, article, piece, recovered, others, away):
    if not matching.has_headline(rules, article):
        return {}
    counts = {"headlines": 1}
    if piece and matching.is_headline(rules, article, piece):
        return counts
    forms, title = rules.title_forms(article), rules.strip(piece["title"]) if piece else ""
    away = ", printed away from its text" if away else ""
    theirs = [form for other in others for form in rules.title_forms(other)]
    if piece is None:
        cause = "headline of a text of which no piece has half"
    elif not recovered:
        cause = "headline of a text that was not recovered"
    elif not title:
        cause = f"headline left out{away}"
    elif any(form in title or title in form for form in forms):
        cause = "headline with too much or too little"
    elif any(form in title or title in form for form in theirs):
        cause = f"headline of another{away}"
    else:
        cause = "headline misread"
    return counts | {cause: 1}


def of_byline(rules, article, piece, recovered, others, away, page):
    counts = {"bylines": 1}
    accepted = [rules.names(names) for names in [article["byline"], *article.get("accept", {}).get("byline", [])]]
    given = rules.names(bench.scored(piece)["byline"]) if piece else set()
    if piece and given in accepted:
        return counts
    theirs = {name for other in others for name in rules.names(other["byline"])}
    away = ", printed away from its article" if away else ""
    if any(name not in page for name in accepted[0]):
        cause = "byline that is not on the page"
    elif not recovered:
        cause = "byline of a text that was not recovered"
    elif not given:
        cause = f"byline left out{away}"
    elif given & accepted[0]:
        cause = "byline with too many or too few names"
    elif given <= theirs:
        cause = f"byline of another{away}"
    else:
        cause = "byline misread"
    return counts | {cause: 1}


def of_paragraphs(paragraphs, pool, recovered):
    counts = collections.Counter(paragraphs=len(paragraphs))
    given = set(pool)
    for _, accepted in paragraphs:
        if given.intersection(accepted):
            continue
        if not recovered:
            cause = "paragraph of a text that was not recovered"
        elif any(form in paragraph for form in accepted for paragraph in pool):
            cause = "paragraph joined to another"
        elif any(paragraph in form for form in accepted for paragraph in pool if paragraph):
            cause = "paragraph divided"
        else:
            cause = "paragraph misread"
        counts[cause] += 1
    return counts


def of_jumps(rules, article, piece, recovered):
    counts = collections.Counter()
    given = bench.scored(piece) if piece else {}
    for key in ("continued_to", "continued_from"):
        accepted = [label for label in [article.get(key), *article.get("accept", {}).get(key, [])] if label]
        label = given.get(key)
        right = label and any(rules.same_label(other, label) for other in accepted)
        if article.get(key):
            counts["jumps"] += 1
            if not right:
                counts["jump of a text that was not recovered" if not recovered else "jump of another" if label else "jump left out"] += 1
        elif label and not right:
            counts["jump given to a text without one"] += 1
    return counts
