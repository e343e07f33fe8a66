"""In which order the program that made a page draws its type: what a reader of the PDF that does not look at places gets.

Each manner takes (articles, rng) and gives the runs in order; articles are {number: Parts} in the order in which they were placed.
"""

import collections

from page import BODY, BYLINE, HEADLINE, JUMP_FROM, JUMP_TO, QUOTE, SIGNATURE

# Headlines whose tops differ by no more stand in one band, in points.
SAME_BAND = 12


class Parts(collections.defaultdict):
    """The runs of an article, by layer."""

    def __init__(self):
        super().__init__(list)

    def of(self, *layers):
        return [run for layer in layers for run in self[layer]]

    def head(self):
        return self.of(HEADLINE, BYLINE)

    def body(self):
        return self.of(JUMP_FROM, BODY, SIGNATURE, JUMP_TO, QUOTE)

    def top(self):
        """Of its highest headline, or of its text."""
        return min(run.y - run.size for run in self.of(HEADLINE) or self.body())

    def left(self):
        return min(run.x for run in self.head() + self.body())


def shuffled(numbers, rng):
    numbers = list(numbers)
    rng.shuffle(numbers)
    return numbers


def articles_in_order(articles, rng):
    """One article after the other."""
    return [run for parts in articles.values() for run in parts.head() + parts.body()]


def bodies_before_heads(articles, rng):
    """All texts in any order, then all headlines in another."""
    bodies, heads = shuffled(articles, rng), shuffled(articles, rng)
    runs = [run for number in bodies for run in articles[number].of(JUMP_FROM, BODY, SIGNATURE)]
    return runs + [run for number in heads for run in articles[number].of(HEADLINE, BYLINE, JUMP_TO)]


def articles_in_any_order(articles, rng):
    """Articles in any order, some with the headline, or the headline without the byline, after the text."""
    runs = []
    for number in shuffled(articles, rng):
        parts, chance = articles[number], rng.random()
        if chance < 0.45:
            runs += parts.head() + parts.body()
        elif chance < 0.85:
            runs += parts.body() + parts.head()
        else:
            runs += parts.of(BYLINE) + parts.body() + parts.of(HEADLINE)
    return runs


def heads_before_bodies(articles, rng):
    """All headlines in order, then all texts in any."""
    heads = [run for parts in articles.values() for run in parts.head()]
    return heads + [run for number in shuffled(articles, rng) for run in articles[number].body()]


def articles_from_the_last(articles, rng):
    """Articles from the last to the first, each from its text up to its headline."""
    return [run for parts in reversed(articles.values()) for run in parts.body() + parts.of(BYLINE, HEADLINE)]


def heads_after_bodies(articles, rng):
    """One article after the other, each with its headline after the text."""
    return [run for parts in articles.values() for run in parts.body() + parts.head()]


def bands(articles, rng):
    """Band after band from the top of the page: the headlines that stand side by side, then their texts."""
    runs, waiting, band_top = [], [], None
    for parts in sorted(articles.values(), key=lambda parts: parts.top()):
        if waiting and parts.top() - band_top > SAME_BAND:
            runs += heads_then_bodies(waiting)
            waiting = []
        band_top = parts.top() if not waiting else band_top
        waiting.append(parts)
    return runs + heads_then_bodies(waiting)


def heads_then_bodies(band):
    band = sorted(band, key=lambda parts: parts.left())
    return [run for parts in band for run in parts.head()] + [run for parts in band for run in parts.body()]


def arrange(page):
    """Puts what is printed, and the gold answers with it, into the order of drawing."""
    articles = {number: Parts() for number in range(len(page.articles))}
    for run in page.runs:
        articles[run.owner][run.layer].append(run)
    furniture = [run for _, run in sorted(page.furniture_runs, key=lambda turned: turned[0])]
    furniture_first = page.rng.random() < 0.5
    runs = page.style.drawing(articles, page.rng)
    turns = {id(run): turn for turn, run in enumerate(runs)}
    starts = []
    for answer, parts in zip(page.articles, articles.values()):
        start = turns[id(parts[BODY][0])]
        answer["head_after"] = bool(parts[HEADLINE]) and turns[id(parts[HEADLINE][0])] > start
        starts.append(start)
    page.articles = [answer for _, answer in sorted(zip(starts, page.articles), key=lambda started: started[0])]
    page.runs = furniture + runs if furniture_first else runs + furniture
