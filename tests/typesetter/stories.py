"""The texts that are set: articles and photographs, taken from the gold answers of other pages.

Only what can stand on any page is taken: no part of a story that runs over several pages, no paragraph that names the place, the
reporter or the picture of the page it came from. A text is cut off before the first paragraph of that kind.
"""

import json
import re
from typing import NamedTuple

import english_stories

# Characters.
TITLE_LENGTH = range(5, 29)
PHOTO_TITLE_LENGTH = range(17)
SUBHEAD_LENGTH = range(4, 21)
PARAGRAPH_LENGTH = range(18, 601)
KICKER_LENGTH = range(1, 31)
SHORTEST_STORY = 100
OPENING = 34
# A text of which a smaller part is in simplified script is in traditional.
MOSTLY_SIMPLIFIED = 0.85

NAMES_A_REPORTER = re.compile(r"[记記]者|本[报報]|新[华華]社|[电電]（|人民日[报報]|核心[阅閱][读讀]|[编編]者按|日[电電]|[讯訊]")
IS_A_LIST = re.compile(r"[【〔①②③]")
ENDS_A_SENTENCE = re.compile(r"[。！？][”’）]?$")
BELONGS_TO_ITS_PAGE = re.compile(
    r"（.{0,30}([记記]者|[报報][道導]|作者|[摄攝]|整理|[单單]位|[来來]源|[制製][图圖]).{0,30}）$"
    r"|[见見左右上下制製][图圖]|[图圖]①|[资資]料[来來]源|^（"
)
NO_SUBHEAD = re.compile(r"核心[阅閱][读讀]|[制製][图圖]|[来來]源|：$|[镜鏡][头頭]|[编編]者|[记記]者|[链鏈]接")
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
    # In characters as wide as Chinese ones.
    length: int
    lang: str = "zh"

    def printed(self):
        """Every character that may be printed of it."""
        return "".join(self.paragraphs) + self.title + (self.kicker or "") + (self.subtitle or "")


class Photograph(NamedTuple):
    """A photograph's caption that can be set."""

    id: str
    title: str
    text: str
    source: str
    lang: str

    def printed(self):
        """Every character that may be printed of it."""
        return self.title + self.text


def read(folder):
    """(stories, photographs) of FOLDER/gold, each once, in the order of their ids; then the captions in
    traditional script again, and English ones."""
    found, traditional = {"article": {}, "photo": {}}, {}
    for path in sorted((folder / "gold").glob("*.json")):
        for article in json.loads(path.read_text(encoding="utf-8"))["articles"]:
            whole = not article["continued_to"] and not article["continued_from"]
            if whole and article["title"] and article["kind"] in found:
                found[article["kind"]].setdefault((article["lang"], article["story_id"]), article)
                if article["kind"] == "photo" and is_traditional("".join(article["paragraphs"])):
                    traditional.setdefault(article["story_id"], {**article, "lang": "zh-Hant"})
    texts = [english_story(article) if article["lang"] == "en" else story(article) for _, article in sorted(found["article"].items())]
    captions = [photograph(article) for kind in (found["photo"], traditional) for _, article in sorted(kind.items())]
    captions += [english_photograph(text) for text in texts if text and text.lang == "en"]
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
    return Story(article["story_id"], title, kicker, subtitle, kept, subheads, article["source"], length, article["lang"])


def english_story(article):
    """The article with made-up subheads, kicker and subtitle, which the English articles have not."""
    paragraphs, subheads = english_stories.with_subheads(article["paragraphs"])
    kicker, subtitle = english_stories.kicker(article["story_id"]), english_stories.subtitle(paragraphs)
    length = round(sum(map(len, paragraphs)) * english_stories.WIDTH)
    return Story(article["story_id"], article["title"], kicker, subtitle, paragraphs, subheads, article["source"], length, "en")


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
    return Photograph(article["story_id"], article["title"], article["paragraphs"][0], article["source"], article["lang"])


def english_photograph(text):
    """A photograph to go with an English story, or None. It has the id of the story, so that no page has both."""
    worded = english_stories.caption(text.paragraphs)
    return Photograph(text.id, *worded, text.source, "en") if worded else None


def is_traditional(text):
    """Whether a Chinese text is in traditional script: few of its characters are in the national character set of 1980."""
    return len(text.encode("gb2312", "ignore").decode("gb2312")) < len(text) * MOSTLY_SIMPLIFIED


def any_order(rng, stories):
    """All stories, shuffled."""
    shuffled = list(stories)
    rng.shuffle(shuffled)
    return shuffled


def without_subheads(rng, stories):
    """The stories that have no subheads, shuffled."""
    return any_order(rng, [story for story in stories if not story.subheads])
