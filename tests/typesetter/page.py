"""A page while it is made: how it is set, what is printed where on it, and its gold answers so far. Lengths are in points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import bylines
from fonts import HEI, KAI, width
from linebreaking import Setting

# The parts of an article. JUMP_FROM is the line that says where its beginning stands, JUMP_TO the one that says where it goes on,
# SIGNATURE a byline or credit after the text, QUOTE what is repeated of the text in large type.
HEADLINE, BYLINE, JUMP_FROM, BODY, SIGNATURE, JUMP_TO = "headline", "byline", "jump from", "body", "signature", "jump to"
QUOTE = "quote"

LEFT, CENTER, RIGHT = "left", "center", "right"

# Type reaches this far above and below its baseline, in type sizes.
ASCENT, DESCENT = 0.8, 0.08
# Nothing is printed nearer to the edge of the paper.
EDGE_X, EDGE_Y = 8, 5
# Type that meets by less does not overlap.
MEETS_X, MEETS_Y = 5, 0.5

PICTURE, PICTURE_EDGE = 0.82, 0.4
FILLER = 0.85
RULE = 0.4


@dataclass
class Style:
    """How the articles of a page are set."""

    # Of the body type.
    size: float
    leading: float
    gutter: float
    margin: float
    # What is kept free at the foot, and how high above the edge the editors' names stand.
    foot: float
    editors: float
    # Ways to print a byline (bylines.py), each as often as the paper uses it.
    bylines: list
    setting: Setting
    # In which order the page is drawn, one of the manners of drawing.py.
    drawing: Callable
    align: str = CENTER
    headline_font: str = HEI
    # How many of the articles have the name of a column above their headline, and of the headlines a shadow.
    column_labels: float = 0
    shadows: float = 0
    # How many characters of a story that is cut stand on the next page, from and to.
    rest_length: tuple = (200, 700)
    # How often the next page says above the headline where such a story comes from, and not under it.
    label_over_head: float = 0
    # A page with fewer articles is made again.
    fewest_articles: int = 4
    # How many of the texts start with a large letter.
    drop_caps: float = 0
    # How the byline is printed of a story that goes on on the next page where it would stand at its end.
    byline_of_cut: object = bylines.BELOW


@dataclass
class Run:
    """A line of type. `owner` is the number of its article on the page."""

    owner: int
    layer: str
    font: str
    size: float
    x: float
    y: float
    text: str
    spacing: float = 0.0
    blank_spacing: float = 0.0
    shadow: bool = False


class Cut(NamedTuple):
    """A story that is cut on one page and goes on on the next."""

    story: object
    # What is left of it, and whether the first of these paragraphs is cut itself.
    paragraphs: list
    in_paragraph: bool
    # What the next page prints above them, and whether it prints no headline.
    label: str = ""
    headless: bool = False

    def length(self):
        return sum(map(len, self.paragraphs))


class Page:
    """A page of a make in an edition; `stories` and `photographs` are what it may print."""

    def __init__(self, make, edition, rng, stories, photographs, used, waiting):
        self.rng, self.edition = rng, edition
        self.width, self.height = make.SIZE
        self.words = make.WORDS
        self.stories, self.photographs = stories, photographs
        # The ids of the stories and photographs that are set.
        self.used = used
        # The stories from the page before that go on here.
        self.waiting = waiting
        self.choose = make.pool
        self.tinted = rng.random() < 0.5
        self.name_space = rng.choice(self.words.NAME_SPACES)
        self.masthead_font = rng.choice([KAI, HEI])
        self.number_style = rng.randint(0, len(self.words.PAGE_NUMBERS) - 1)
        self.editors_right = rng.random() < 0.5
        self.style = make.style(rng, edition)
        self.left, self.right = self.style.margin, self.width - self.style.margin
        # What is drawn, as PDF has it, and what is printed.
        self.graphics, self.runs = [], []
        # (turn, run): furniture is printed in the order of turns.
        self.furniture_runs = []
        # The gold answers.
        self.articles, self.furniture = [], []
        # The stories that go on on the next page.
        self.cuts = []
        # (lines left white, lines) of articles that are much too short for their space.
        self.white = []

    def pool(self):
        """The stories in the order in which they are tried."""
        return self.choose(self.rng, self.stories)

    def rows(self, top):
        """How many lines there are from `top` to the foot."""
        return int((self.height - self.style.foot - top) // self.style.leading)

    def print(self, *run, **more):
        """Prints a part of the next article."""
        self.runs.append(Run(len(self.articles), *run, **more))

    def print_furniture(self, font, size, x, y, text, align=LEFT, turn=0):
        """Prints a line that belongs to no article."""
        long = width(text, font, size)
        x -= {LEFT: 0, CENTER: long / 2, RIGHT: long}[align]
        self.draw_furniture(turn, font, size, x, y, text)
        self.furniture.append(text)

    def draw_furniture(self, turn, font, size, x, y, text, spacing=0.0):
        """The same without a gold answer."""
        self.furniture_runs.append((turn, Run(-1, "furniture", font, size, x, y, text, spacing)))

    def box(self, rect, fill=None, stroke=None, weight=0.5):
        """A rectangle; `fill` and `stroke` are greys, 0 is black."""
        x, y, wide, high = rect
        outline = f"{x:.2f} {self.height - y - high:.2f} {wide:.2f} {high:.2f} re"
        if fill is not None:
            self.graphics.append(f"{fill} g {outline} f")
        if stroke is not None:
            self.graphics.append(f"{weight} w {stroke} G {outline} S")

    def picture(self, rect):
        """A photograph."""
        self.box(rect, PICTURE, PICTURE_EDGE)

    def filler(self, rect):
        """An advertisement without words, where no article fits."""
        self.box(rect, FILLER, PICTURE_EDGE)

    def rule(self, left, y, right, weight=RULE):
        self.line(left, y, right, y, weight)

    def line(self, left, top, right, bottom, weight):
        ends = f"{left:.2f} {self.height - top:.2f} m {right:.2f} {self.height - bottom:.2f} l"
        self.graphics.append(f"{weight} w 0.3 G {ends} S")

    def overlaps(self):
        """Whether any type is printed over other type or runs off the paper."""
        boxes = sorted((extent(run) for run in self.runs if run.text.strip() and not run.shadow), key=lambda box: box[1])
        for at, (left, top, right, bottom) in enumerate(boxes):
            if left < EDGE_X or right > self.width - EDGE_X or top < EDGE_Y or bottom > self.height - EDGE_Y:
                return True
            for other_left, other_top, other_right, _ in boxes[at + 1 :]:
                if other_top > bottom - MEETS_Y:
                    break
                if other_left < right - MEETS_X and left < other_right - MEETS_X:
                    return True
        return False


def extent(run):
    """(left, top, right, bottom) of a line of type, without blanks at its start."""
    right = run.x + width(run.text, run.font, run.size) + run.spacing * (len(run.text) - 1) + run.blank_spacing * run.text.count(" ")
    blanks = run.text[: len(run.text) - len(run.text.lstrip("　 "))]
    left = run.x + width(blanks, run.font, run.size)
    return left, run.y - ASCENT * run.size, right, run.y + DESCENT * run.size
