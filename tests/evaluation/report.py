"""Figures beside those recorded before them, as Markdown, and what has become worse."""

from evaluation import asked

# Figures that are not good or bad.
COUNTS = {"pages", "gold_articles", "pred_articles", "gold_paras", "headline_n", "cont_headline_n", "jump_n", "given"}
# The less, the better.
COSTS = {
    "extra_rate", "furniture_leak", "spurious_breaks_per100", "torn_per100", "wrong_joins_per100", "calibration_error", "wrong_at_90",
    "bcubed_f1_lost", "measures_that_differ",
}
# A figure that fell by no more than this has not fallen.
TOLERANCE = 0.005
# Measures that say nothing where there is nothing to count.
COUNTED_BY = {
    "headline_acc": "headline_n", "cont_headline_acc": "cont_headline_n", "jump_p": "jump_n", "jump_r": "jump_n", "jump_f1": "jump_n",
}


def look_up(figures, place, measure):
    """The figure of a measure at `section/group`, or None."""
    section, group = place.split("/")
    return (figures or {}).get(section, {}).get(group, {}).get(measure)


def places(figures):
    """(place, measure, figure) of every figure that can be good or bad."""
    for section, groups in figures.items():
        if section.endswith("causes"):
            continue
        for group, measures in groups.items():
            for measure, figure in measures.items():
                if measure not in COUNTS and measures.get(COUNTED_BY.get(measure), 1):
                    yield f"{section}/{group}", measure, figure


def fallen(figures, recorded):
    """What is worse than recorded, in words."""
    for place, measure, figure in places(figures):
        before = look_up(recorded, place, measure)
        if before is None:
            continue
        tolerance = TOLERANCE * (100 if measure.endswith("_per100") else 1)
        worse = figure - before if measure in COSTS else before - figure
        if worse > tolerance + 1e-9:
            yield f"{place} {measure}: {figure} was {before}"


def broken(figures, recorded):
    """Bounds that the record keeps and the figures do not, in words."""
    for place, measure, sign, holds, bound in asked.bounds():
        figure, before = look_up(figures, place, measure), look_up(recorded, place, measure)
        if figure is not None and before is not None and holds(before, bound) and not holds(figure, bound):
            yield f"{place} {measure}: {figure}, asked for {sign} {bound} and once kept ({before})"


def markdown(figures, before):
    """Everything, as the file docs/accuracy.md has it."""
    lines = [HEAD, "## What was asked", "", "| | measure | asked | now | before |", "|---|---|---|---|---|"]
    for place, measure, sign, holds, bound in asked.bounds():
        figure = look_up(figures, place, measure)
        if figure is not None:
            kept = "" if holds(figure, bound) else " ✗"
            lines.append(f"| {place} | {measure} | {sign} {bound} | {shown(figure)}{kept} | {shown(look_up(before, place, measure))} |")
    for section, groups in figures.items():
        lines += ["", f"## {section}", "", SECTIONS[section], "", f"| | {' | '.join(groups)} |", "|---" * (len(groups) + 1) + "|"]
        for measure in dict.fromkeys(name for measures in groups.values() for name in measures):
            cells = [cell(measures, measure, look_up(before, f"{section}/{group}", measure)) for group, measures in groups.items()]
            lines.append(f"| {measure} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def cell(measures, measure, before):
    """A figure, with the change since the one before it."""
    figure = measures.get(measure)
    if figure is None or not measures.get(COUNTED_BY.get(measure), 1):
        return "–"
    change = 0 if before is None else figure - before
    places = 0 if isinstance(figure, int) else 3
    return shown(figure) + (f" ({change:+.{places}f})" if round(change, places) else "")


def shown(figure):
    if figure is None:
        return "–"
    return str(figure) if isinstance(figure, int) else f"{figure:.3f}"


HEAD = """# Accuracy

Written by `tests/accuracy.py --record`, never by hand; the figures are in `docs/accuracy.json`. In brackets, and under “before”, is
what was recorded before: for the release before this one, or, until there is one, at first. ✗ marks what is short of what was
asked.

The pages are real articles laid out anew on pages of made-up papers (families D1 to D5), printed to PDF and extracted by PDFBox
(`box`), `pdftotext` (`pop`) or `pdftotext -raw` (`raw`), and one real page. Figures count characters, articles and paragraphs over
all pages of a column; those ending in `_per100` are for a hundred paragraphs. What each measure means is said at the head of the
scorer, `score.py`.
"""

CAUSES = (
    "What is wrong, by cause: each wrong article, headline, byline, paragraph and jump line once, under the first cause that holds, "
    "below the number of all that there are. Recovered is a text with a character F1 of 0.95. What is printed away from its text "
    "stands beside no line of it (a byline: nor of its headline), so that only its words could tell whose it is."
)

SECTIONS = {
    "real": "The real page.",
    "dev": "Each page by itself.",
    "train": "Each page by itself. These are the pages that weights are learned from.",
    "dev issues": "All pages of an issue as one document, in order; articles over several pages count once, and `pages` counts issues. "
    "`bcubed_f1_lost` is what is lost against `dev`. The pages of an issue are of several modes, so only families are told apart.",
    "dev issues, shuffled": "The same with the pages of each issue in random order.",
    "dev issues, shuffled, no numbers": "The same without page numbers: a page is known by its folio, if it has one.",
    "dev, whole paragraphs": "The articles of the pages of `dev` as programs write them that set text anew, each paragraph on one line "
    "(`tests/typesetter/whole_paragraphs.py`).",
    "dev encodings": "Pages of `dev` in other encodings against the same pages in UTF-8: on how many measures they differ.",
    "dev causes": CAUSES,
    "train causes": CAUSES,
    "dev confidence": "Boundary: of a piece with text, right when some gold article has a character F1 of 0.95 with it. Title: right when "
    "the piece holds at least half of a gold article, more than any other piece, and the scorer accepts the title for it. "
    "`calibration_error`: over ten bins of equal width, the distance between mean confidence and share of right ones, weighted by size. "
    "`wrong_at_90`: of the surest titles, as many as make 90 % of the printed headlines (all, when fewer were given: `coverage`), the "
    "share that is wrong; of titles that are equally sure the wrong ones count first.",
}
