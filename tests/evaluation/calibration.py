"""Whether `confidence` says how often the program is right.

A piece's boundary is right when some gold article has a character F1 of at least 0.95 with its text. Its title is right when it
holds at least half of a gold article's body, more than any other piece does, and the scorer accepts the title for that article.
"""

import collections
import math

from evaluation import matching

BINS = 10
COVERAGE = 0.9


def confidence(scorer, folder, records):
    """{"boundary": figures, "title": figures} of pages scored one by one."""
    boundaries, titles, headlines = [], [], 0
    for gold, pieces in matching.pages(folder, records):
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
    right, titled, headlines = set(), set(), 0
    for match in matching.matches(rules, articles, matching.predictions(rules, pieces)):
        right |= match.right
        if not matching.has_headline(rules, match.article):
            continue
        headlines += 1
        if match.holder is not None and matching.is_headline(rules, match.article, pieces[match.holder]):
            titled.add(match.holder)
    return right, titled, headlines


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
