"""Whether `confidence` says how often the program is right.

A piece's boundary is right when some gold article has a character F1 of at least 0.95 with its text. Its title is right when it
holds at least half of a gold article's body, more than any other piece does, and the scorer accepts the title for that article.
"""

import collections
import math

from evaluation import bench

BINS = 10
COVERAGE = 0.9


def confidence(scorer, folder, records):
    """{"boundary": figures, "title": figures} of pages scored one by one."""
    by_page = collections.defaultdict(list)
    for record in records:
        by_page[record["page_id"]].append(record)
    boundaries, titles, headlines = [], [], 0
    for gold in bench.golds(folder):
        pieces = [piece for piece in by_page[gold["page_id"]] if piece["kind"] not in ("furniture", "notice")]
        right, titled, wanted = judge(scorer.rules, gold["articles"], pieces)
        headlines += wanted
        for index, piece in enumerate(pieces):
            if piece["text"].strip():
                boundaries.append((piece["confidence"]["boundary"], index in right))
            if piece["title"]:
                titles.append((piece["confidence"]["title"], index in titled))
    return {
        "boundary": {"calibration_error": error(boundaries), "given": len(boundaries)},
        "title": {"calibration_error": error(titles), "given": len(titles)} | surest(titles, headlines),
    }


def judge(rules, articles, pieces):
    """The pieces with a right boundary, those with a right title, and how many headlines are printed."""
    preds = [rules.Pred(bench.scored(piece)) for piece in pieces]
    index = collections.defaultdict(list)
    for number, pred in enumerate(preds):
        for at in range(len(pred.text) - rules.K + 1):
            index[pred.text[at : at + rules.K]].append((number, at))
    right, titled, headlines = set(), set(), 0
    for article in articles:
        paragraphs = rules.gold_paras(article)
        text = "".join(first for first, _ in paragraphs)
        shared = collections.Counter(place[0] for place in rules.align(text, index, preds, None) if place)
        for number, count in shared.items():
            long = len(preds[number].text)
            if any(2 * min(count, length) / (long + length) >= 0.95 for length in lengths(len(text), paragraphs)):
                right.add(number)
        forms = rules.title_forms(article)
        if not forms or not article.get("title_printed", True):
            continue
        headlines += 1
        holder = max(shared, key=shared.get, default=None)
        if holder is None or shared[holder] < 0.5 * len(text):
            continue
        title = rules.strip(pieces[holder]["title"])
        if title and any(rules.edit(title, form, len(form) // 10) <= len(form) // 10 for form in forms):
            titled.add(holder)
    return right, titled, headlines


def lengths(whole, paragraphs):
    """How long the gold text is with and without what may be left out at its ends."""
    found = {whole}
    for place in (0, -1) if paragraphs else ():
        first, accepted = paragraphs[place]
        found |= {whole - len(first) + len(other) for other in accepted}
    return [length for length in found if length > 0]


def error(outcomes):
    """Expected calibration error: over ten bins of equal width, how far the mean confidence is from the share that is right."""
    bins = collections.defaultdict(list)
    for sure, right in outcomes:
        bins[min(int(sure * BINS), BINS - 1)].append((sure, right))
    off = sum(abs(sum(sure - right for sure, right in held)) for held in bins.values())
    return round(off / max(1, len(outcomes)), 4)


def surest(titles, headlines):
    """Of the surest titles, as many as make 90 % of the printed headlines (or all, when fewer were given): the share that is wrong.
    Of equally sure ones the wrong count first."""
    kept = sorted(titles, key=lambda title: (-title[0], title[1]))[: math.ceil(COVERAGE * headlines)]
    wrong = sum(not right for _, right in kept)
    return {"wrong_at_90": round(wrong / max(1, len(kept)), 4), "coverage": round(len(kept) / max(1, headlines), 4)}
