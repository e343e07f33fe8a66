"""Heads of articles: the headline with its kicker and subtitle, in the largest type that fits its place, and the byline under it."""

import bylines
import hyphenation
from fonts import HEI, KAI, SONG, first_with, width
from linebreaking import NEVER_FIRST, NEVER_LAST, ROUNDING, units
from page import BYLINE, CENTER, HEADLINE, LEFT

# Where the head stands in the article: above all columns; above some of them at the left, in the middle or at the right, with text in
# the others beside it; in the first column, with text below it or alone; sunk into the text, which stands above it, too.
TOP, PART, MIDDLE, RIGHT_PART = "top", "part", "center", "rightpart"
FIRST_COLUMN, OWN_COLUMN, SUNK = "leftl", "left", "mid"

# Largest type of a headline over 1, 2, … columns and over more, in points; of the main article of a page it is larger.
LARGEST, LARGEST_OF_ALL = [19, 25, 29, 34, 40], [24, 32, 40, 48, 54]
LARGEST_IN_NARROW, NARROW = 17, 110
SMALLEST_IN_COLUMN, SMALLEST = 11, 14
# On the page where a story goes on.
LARGEST_OF_REST, SMALLEST_OF_REST, MOST_LINES_OF_REST = 18, 10, 4
# The size that is tried first for a kicker or subtitle follows the headline's, but is no less than the second of these.
SMALLEST_SIDE_LINE, FIRST_SIDE_LINE = 9, 10
# Most lines of a headline over 1, 2, 3 columns, and of one in a column beside its text.
MOST_LINES, MOST_LINES_BESIDE = {1: 4, 2: 2, 3: 2}, 5

# In type sizes.
LINE_HEIGHT, DESCENT = 1.22, 0.22
# Points.
BYLINE_HEIGHT, BYLINE_DESCENT = 13.5, 2.5
AFTER_SIDE_LINE, AFTER_HEADLINE, AFTER_BYLINE = 2, 3, 2


class Head:
    """Lines of type between `x` and `x` + `width`; `depth` is how far down they go."""

    def __init__(self, x, width, align):
        self.x, self.width, self.align = x, width, align
        self.depth = 0.0
        # (layer, font, size, x, baseline below the head's top, text)
        self.lines = []
        self.kicker = self.subtitle = None
        self.printed = True
        # Whether it says where the story comes from.
        self.labelled = False

    def add(self, texts, font, size):
        """Lines of a headline."""
        for text in texts:
            self.depth += size * LINE_HEIGHT
            self.put(HEADLINE, text, font, size, self.align, self.depth - size * DESCENT)

    def add_byline(self, texts, align):
        """Lines of a byline."""
        for text in texts:
            self.add_small(BYLINE, text, KAI, align)
        self.depth += AFTER_BYLINE

    def add_label(self, text):
        """The line that says where the story comes from, drawn with the headline."""
        self.add_small(HEADLINE, text, first_with(text, KAI, HEI), self.align)
        self.labelled = True

    def add_small(self, layer, text, font, align):
        """A line of the size of bylines."""
        self.depth += BYLINE_HEIGHT
        self.put(layer, text, font, bylines.SIZE, align, self.depth - BYLINE_DESCENT)

    def put(self, layer, text, font, size, align, baseline):
        x = self.x + (self.width - width(text, font, size)) / 2 if align == CENTER else self.x
        self.lines.append((layer, font, size, x, baseline, text))


def extent(page, space, area):
    """(x, width, columns) of the head."""
    columns, step = space.columns, area.column_width + page.style.gutter
    first, count = 0, columns
    if space.head == PART:
        count = max(1, columns - 1 if columns < 4 else page.rng.choice([columns - 1, columns - 2]))
    elif space.head == MIDDLE or space.head == SUNK and columns > 2:
        first, count = 1, max(1, columns - 2)
    elif space.head == RIGHT_PART:
        count = max(1, columns - 1)
        first = columns - count
    elif space.head in (FIRST_COLUMN, OWN_COLUMN):
        count = 1
    x = area.inner.x + first * step
    return x, area.inner.width if count == columns else count * area.column_width + (count - 1) * page.style.gutter, count


def made(page, space, area, story):
    """The head of a story in its place without the byline, or None if it does not fit."""
    rng, align = page.rng, page.style.align
    kicker, subtitle = (side_line(page, space, line) for line in (story.kicker, story.subtitle))
    x, wide, columns = extent(page, space, area)
    most = most_lines(rng, space, columns)
    font = KAI if space.brief and rng.random() < 0.4 else page.style.headline_font
    head = Head(x, wide, align)
    if space.rest and space.rest.headless:
        head.printed = False
        return head
    largest = largest_type(space, area, columns, wide)
    fitted = fit(story.title, wide, font, largest, SMALLEST_IN_COLUMN if columns == 1 else SMALLEST, most)
    if fitted and space.rest:
        fitted = fit(story.title, wide, font, min(fitted[0], LARGEST_OF_REST), SMALLEST_OF_REST, MOST_LINES_OF_REST)
    if fitted is None:
        return None
    if columns == 1 and align != LEFT:
        head.align = rng.choice([LEFT, CENTER])
    if space.rest and page.style.label_over_head and rng.random() < page.style.label_over_head:
        head.add_label(space.rest.label)
    return head if fill(head, kicker, fitted, subtitle, font, columns) else None


def most_lines(rng, space, columns):
    if space.head in (FIRST_COLUMN, OWN_COLUMN):
        return MOST_LINES_BESIDE
    one_or_two = 1 + (rng.random() < 0.4)
    return MOST_LINES.get(columns, one_or_two)


def side_line(page, space, line):
    """A kicker or subtitle, if it is printed."""
    return line if line and (space.main or space.need or page.rng.random() < 0.6) and not space.rest else None


def largest_type(space, area, columns, wide):
    sizes = LARGEST_OF_ALL if space.main else LARGEST
    largest = LARGEST_IN_NARROW if wide < NARROW else sizes[min(columns, len(sizes)) - 1]
    return min(largest, area.inner.height / 4)


def fill(head, kicker, fitted, subtitle, font, columns):
    """Sets kicker, headline and subtitle; answers whether they fit."""
    size, lines = fitted
    most = 2 if columns > 1 else 3
    other = SONG if font == HEI else HEI
    if kicker:
        largest = max(FIRST_SIDE_LINE, size * (0.55 if size > 22 else 0.66))
        fitted = fit(kicker, head.width, other, largest, SMALLEST_SIDE_LINE, most)
        if fitted is None:
            return False
        head.add(fitted[1], other, fitted[0])
        head.depth += AFTER_SIDE_LINE
    head.add(lines, font, size)
    if subtitle:
        largest = max(FIRST_SIDE_LINE, size * 0.55)
        fitted = fit(subtitle, head.width, KAI, largest, SMALLEST_SIDE_LINE, most)
        if fitted is None:
            return False
        head.depth += AFTER_SIDE_LINE
        head.add(fitted[1], KAI, fitted[0])
    head.depth += AFTER_HEADLINE
    head.kicker, head.subtitle = kicker, subtitle
    return True


def fit(text, wide, font, largest, smallest, most):
    """(size, lines) in the largest type in which the text takes no more than `most` lines, or None."""
    for size in range(int(largest), int(smallest) - 1, -1):
        for count in range(1, most + 1):
            if lines := split(text, wide, font, size, count):
                return size, lines
    return None


def split(text, wide, font, size, count):
    """The text in `count` lines of much the same length, or None."""
    parts = hyphenation.parts(text) if hyphenation.is_english(text) else units(text)
    widths = [width(part, font, size) for part in parts]
    lines, start = [], 0
    for left in range(count, 0, -1):
        end = len(parts) if left == 1 else best_break(parts, widths, start, wide, size, left)
        if end is None:
            return None
        line = "".join(parts[start:end]).strip()
        if width(line, font, size) > wide + ROUNDING:
            return None
        if line:
            lines.append(line)
        start = end
    return lines


def best_break(parts, widths, start, wide, size, left):
    """Where the first of `left` lines had best end: near its share of what is left, rather after a mark or before an opening one."""
    share = sum(widths[start:]) / left
    best, best_cost, long = None, None, 0
    for end in range(start + 1, len(parts)):
        long += widths[end - 1]
        if long > wide:
            break
        if parts[end] in NEVER_FIRST or parts[end - 1] in NEVER_LAST:
            continue
        cost = abs(long - share)
        cost -= size * 1.2 if parts[end - 1] in "，：；！？ ”》、" else 0
        cost -= size * 0.6 if parts[end] in "“《（" else 0
        if best is None or cost < best_cost:
            best, best_cost = end, cost
    return best
