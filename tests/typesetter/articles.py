"""Prints articles: a story that fits goes into its space, headline, byline, text and jump lines, and its gold answer is noted."""

import dataclasses

import bylines
import fonts
import gold
import layout
import ornaments
from fonts import HEI, KAI, width
from geometry import Rect
from layout import Space
from linebreaking import INDENT
from page import BODY, HEADLINE, JUMP_TO, SIGNATURE, Cut

TINT, BOX_EDGE, BOX_WEIGHT = 0.95, 0.2, 0.7
# A headline's shadow lies this far right of it and below, in points.
SHADOW_X, SHADOW_Y = 0.6, 0.5
# More white lines than this are noted, so that the page may be made again.
MUCH_WHITE = 9
# What an article may leave white when nothing fits better, and when nothing fits well.
SOME_SLACK, MORE_SLACK, ANY_SLACK = 6, 10, 99
# The name of a column above a headline: its type size, and in leadings its baseline, its rule, and its height.
LABEL_SIZE, LABEL_BASELINE, LABEL_RULE, LABEL_HEIGHT = 10.5, 0.75, 0.95, 1.2
# After the turns of notices (furniture.py).
LABEL_TURN = 4


def place_or_fill(page, space):
    """An article in the space, ever plainer until one fits; an advertisement without words if none does."""
    if page.style.column_labels and not (space.frames or space.boxed or space.main):
        if page.rng.random() < page.style.column_labels:
            space = dataclasses.replace(space, rect=label_column(page, space.rect))
    kept = {"frames": space.frames, "holes": space.holes, "quote": space.quote, "lang": space.lang}
    plain = Space(space.rect, space.columns, **kept)
    tries = [
        space,
        dataclasses.replace(space, slack=SOME_SLACK, need=None),
        dataclasses.replace(plain, slack=MORE_SLACK, boxed=space.boxed),
        dataclasses.replace(plain, slack=ANY_SLACK, byline=bylines.NONE),
    ]
    if not any(place(page, attempt) for attempt in tries):
        page.filler(space.rect)


def label_column(page, rect):
    """Prints the name of a column at the top of a rectangle; answers with what is left of it."""
    leading = page.style.leading
    label = page.rng.choice([label for label in page.words.COLUMN_LABELS if label not in page.furniture])
    page.print_furniture(HEI, LABEL_SIZE, rect.x, rect.y + leading * LABEL_BASELINE, label, turn=LABEL_TURN + len(page.articles))
    page.rule(rect.x, rect.y + leading * LABEL_RULE, rect.x + rect.width)
    return Rect(rect.x, rect.y + LABEL_HEIGHT * leading, rect.width, rect.height - LABEL_HEIGHT * leading)


def place(page, space):
    """Sets the best story in the space; answers whether there is one."""
    fit = layout.best(page, space)
    if fit is None:
        return False
    if fit.white > MUCH_WHITE and not space.rest:
        page.white.append((fit.white, fit.layout.room()))
    if space.boxed:
        page.box(space.rect, fill=TINT if page.tinted else None, stroke=BOX_EDGE, weight=BOX_WEIGHT)
    page.used.add(fit.story.id)
    shadow = print_head(page, fit.layout)
    print_text(page, space, fit)
    if space.quote:
        ornaments.pull_quote(page, space.quote, fit.paragraphs)
    note(page, space, fit, shadow)
    return True


def print_head(page, layout):
    """Prints the head; answers whether the headline has a shadow."""
    style, head = page.style, layout.head
    shadow = bool(style.shadows and head.printed and page.rng.random() < style.shadows)
    for layer, font, size, x, y, text in head.lines:
        if shadow and layer == HEADLINE and font == style.headline_font:
            page.print(layer, font, size, x + SHADOW_X, layout.top + y + SHADOW_Y, text, shadow=True)
        page.print(layer, font, size, x, layout.top + y, text)
    return shadow


def print_text(page, space, fit):
    """Prints the text and what stands in lines of their own before and after it."""
    size, slots = page.style.size, fit.layout.slots
    for (layer, text), slot in zip(fit.layout.opening, slots):
        indent = INDENT * size if layer == BODY and width(text, KAI, size) + INDENT * size <= slot.width else 0
        page.print(layer, fonts.first_with(text, KAI, HEI), size, slot.x + indent, slot.y, text)
    if fit.layout.drop_cap:
        ornaments.print_drop_cap(page, fit.layout.drop_cap, fit.paragraphs[0][0])
    for line in fit.composed.lines:
        page.print(BODY, line.font, size, line.x, line.y, line.text, line.spacing, line.blank_spacing)
    if space.jump:
        print_right(page, JUMP_TO, slots[-1], space.jump)
    elif fit.layout.reserved:
        print_right(page, SIGNATURE, slots[len(fit.layout.opening) + len(fit.composed.lines)], fit.layout.byline.printed)


def print_right(page, layer, slot, text):
    size, font = page.style.size, fonts.first_with(text, KAI, HEI)
    page.print(layer, font, size, slot.x + slot.width - width(text, font, size), slot.y, text)


def note(page, space, fit, shadow):
    """Notes the gold answer, and the rest of a story that is cut."""
    story, head, byline, paragraphs = fit.story, fit.layout.head, fit.layout.byline, fit.paragraphs
    whole, characters = fit.composed.paragraphs, fit.composed.characters
    more = {"box": [round(length) for length in space.rect]}
    if space.jump:
        rest = [paragraphs[whole][characters:].lstrip(" "), *paragraphs[whole + 1 :]]
        page.cuts.append(Cut(story, rest, bool(characters)))
        paragraphs = paragraphs[:whole] + ([paragraphs[whole][:characters]] if characters else [])
        more |= {"continued_to": space.jump, "jump_text": space.jump, "cut_mid": bool(characters)}
    if space.rest:
        more |= {"continued_from": space.rest.label, "jump_back_text": space.rest.label, "part": 1}
    answer = gold.article(
        title=story.title,
        kicker=head.kicker,
        subtitle=head.subtitle,
        title_printed=head.printed,
        byline=byline.names,
        byline_raw=byline.printed,
        paragraphs=paragraphs,
        subheads=[paragraph for paragraph in paragraphs if paragraph in story.subheads],
        prefix=byline.prefix,
        story_id=story.id,
        source=story.source,
        lang=story.lang,
        head_pos=space.head,
        doubled=shadow,
        **more,
    )
    page.articles.append(answer)


def go_on(page, grid, cell, rest, rows, least_below):
    """Sets the rest of a story in a cell: in its first rows with another article below, if that has room, or in all of it. Answers
    whether it fits."""
    if cell.rows() - rows >= least_below:
        above, below = cell._replace(bottom=cell.top + rows), cell._replace(top=cell.top + rows + 1)
        if place(page, Space(grid.rect(above), cell.columns, rest=rest, slack=ANY_SLACK)):
            place_or_fill(page, Space(grid.rect(below), cell.columns))
            return True
    return place(page, Space(grid.rect(cell), cell.columns, rest=rest, slack=ANY_SLACK))
