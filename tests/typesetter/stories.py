"""The texts that are set: articles and photographs, taken from the gold answers of other pages.

Only what can stand on any page is taken: no part of a story that runs over several pages, no paragraph that names the place, the
reporter or the picture of the page it came from. A text is cut off before the first paragraph of that kind.
"""

import json
import re
from typing import NamedTuple

# Characters.
TITLE_LENGTH = range(5, 29)
PHOTO_TITLE_LENGTH = range(17)
SUBHEAD_LENGTH = range(4, 21)
PARAGRAPH_LENGTH = range(18, 601)
KICKER_LENGTH = range(1, 31)
SHORTEST_STORY = 100
OPENING = 34

NAMES_A_REPORTER = re.compile(r"记者|本报|新华社|电（|人民日报|核心阅读|编者按|日电|讯")
IS_A_LIST = re.compile(r"[【〔①②③]")
ENDS_A_SENTENCE = re.compile(r"[。！？][”’）]?$")
BELONGS_TO_ITS_PAGE = re.compile(
    r"（.{0,30}(记者|报道|作者|摄|整理|单位|来源|制图).{0,30}）$|见图|左图|右图|上图|下图|制图|图①|资料来源|^（"
)
NO_SUBHEAD = re.compile(r"核心阅读|制图|来源|：$|镜头|编者|记者|链接")
NO_KICKER = re.compile(r"[ \n(（]")
BEYOND_THE_FONTS = re.compile(r"[^\u0000-\uffff]")


class Story(NamedTuple):
    """An article that can be set."""

    id: str
    title: str
    kicker: str | None
    subtitle: str | None
    paragraphs: list
    subheads: list
    source: str
    length: int

    def printed(self):
        """Every character that may be printed of it."""
        return "".join(self.paragraphs) + self.title + (self.kicker or "") + (self.subtitle or "")


class Photograph(NamedTuple):
    """A photograph's caption that can be set."""

    id: str
    title: str
    text: str
    source: str

    def printed(self):
        """Every character that may be printed of it."""
        return self.title + self.text


def read(folder):
    """(stories, photographs) of FOLDER/gold, each once, in the order of their ids."""
    found = {"article": {}, "photo": {}}
    for path in sorted((folder / "gold").glob("*.json")):
        for article in json.loads(path.read_text(encoding="utf-8"))["articles"]:
            whole = not article["continued_to"] and not article["continued_from"]
            if whole and article["lang"] == "zh" and article["title"] and article["kind"] in found:
                found[article["kind"]].setdefault(article["story_id"], article)
    texts = [story(article) for _, article in sorted(found["article"].items())]
    captions = [photograph(article) for _, article in sorted(found["photo"].items())]
    return [text for text in texts if text], [caption for caption in captions if caption]


def story(article):
    """The article as a story, or None if it cannot stand on another page."""
    title, paragraphs = article["title"], bare_paragraphs(article)
    if not paragraphs or len(title) not in TITLE_LENGTH or "\n" in title:
        return None
    if NAMES_A_REPORTER.search(paragraphs[0][:OPENING]) or IS_A_LIST.search("".join(paragraphs)):
        return None
    named = article["subheads"] or []
    subheads = [subhead for subhead in named if len(subhead) in SUBHEAD_LENGTH and not NO_SUBHEAD.search(subhead)]
    kept = leading_run(paragraphs, subheads)
    length = sum(map(len, kept))
    if length < SHORTEST_STORY or BEYOND_THE_FONTS.search("".join(kept) + title):
        return None
    kicker, subtitle = (line if fits_above(line) else None for line in (article["kicker"], article["subtitle"]))
    subheads = [subhead for subhead in subheads if subhead in kept]
    return Story(article["story_id"], title, kicker, subtitle, kept, subheads, article["source"], length)


def bare_paragraphs(article):
    """The paragraphs without the dateline at the start and the byline at the end."""
    paragraphs = [paragraph.strip() for paragraph in article["paragraphs"] if paragraph.strip()]
    if paragraphs and article["prefix"]:
        paragraphs[0] = paragraphs[0].removeprefix(article["prefix"]).strip()
    if paragraphs and article["byline_raw"]:
        paragraphs[-1] = paragraphs[-1].removesuffix(article["byline_raw"])
    return paragraphs


def leading_run(paragraphs, subheads):
    """The paragraphs up to the first that cannot stand on another page; no subhead without text below it."""
    kept = []
    for paragraph in paragraphs:
        is_subhead = paragraph in subheads and kept and len(kept[-1]) > max(SUBHEAD_LENGTH)
        whole = ENDS_A_SENTENCE.search(paragraph) and len(paragraph) in PARAGRAPH_LENGTH
        if not is_subhead and (not whole or BELONGS_TO_ITS_PAGE.search(paragraph)):
            break
        kept.append(paragraph)
    while kept and kept[-1] in subheads:
        kept.pop()
    return kept


def fits_above(line):
    """Whether a line is fit to be a kicker or a subtitle."""
    return bool(line) and len(line) in KICKER_LENGTH and not NO_KICKER.search(line)


def photograph(article):
    """The caption, or None if it is too long a one."""
    if len(article["paragraphs"]) != 1 or len(article["title"]) not in PHOTO_TITLE_LENGTH:
        return None
    return Photograph(article["story_id"], article["title"], article["paragraphs"][0], article["source"])


def any_order(rng, stories):
    """All stories, shuffled."""
    shuffled = list(stories)
    rng.shuffle(shuffled)
    return shuffled


def without_subheads(rng, stories):
    """The stories that have no subheads, shuffled."""
    return any_order(rng, [story for story in stories if not story.subheads])
