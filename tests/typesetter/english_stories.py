"""What English stories get that the articles have not: short paragraphs, subheads, kickers, subtitles and captions."""

import re

# How wide a Latin letter is on average, in type sizes.
WIDTH = 0.5
SENTENCE = re.compile(r""".+?[.!?]["']?(?=\s+["'A-Z]|$)\s*|.+$""", re.DOTALL)
NO_END = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|Sir|vs|No|[A-Z])\.\s*$")
# A paragraph ends after the sentence with which it is so long, in characters.
LONG_PARAGRAPH = 110
# Paragraphs from one subhead to the next, and words fit for one: such a pair is often taken from the text below.
BETWEEN_SUBHEADS = 4
SUBHEAD = re.compile(r"\b[a-z]{5,10} [a-z]{5,10}\b")
SUBTITLE_LENGTH, CAPTION_LENGTH = range(35, 96), range(60, 181)
KICKERS = {"business": "BUSINESS", "entertainment": "ARTS", "politics": "WESTMINSTER", "sport": "SPORT", "tech": "TECHNOLOGY"}


def sentences(text):
    """The sentences of a text, none ended by the full stop after a title or initial."""
    found = []
    for sentence in SENTENCE.findall(text):
        if found and NO_END.search(found[-1]):
            found[-1] += sentence
        else:
            found.append(sentence)
    return found


def short_paragraphs(texts):
    """The same text in paragraphs of a few sentences, as papers have them; dashes are no hyphens."""
    found = []
    for text in texts:
        paragraph = ""
        for sentence in sentences(text.replace(" - ", " — ")):
            paragraph += sentence
            if len(paragraph) >= LONG_PARAGRAPH:
                found.append(paragraph.strip())
                paragraph = ""
        if paragraph.strip():
            found.append(paragraph.strip())
    return found


def with_subheads(texts):
    """(paragraphs with subheads between them, the subheads)"""
    paragraphs, subheads = [], []
    for number, paragraph in enumerate(short_paragraphs(texts)):
        words = SUBHEAD.search(paragraph) if number and number % BETWEEN_SUBHEADS == 0 else None
        if words:
            subheads.append(words.group().capitalize())
            paragraphs.append(subheads[-1])
        paragraphs.append(paragraph)
    return paragraphs, subheads


def kicker(story_id):
    """The name of the section that a story is from."""
    return next((kicker for section, kicker in KICKERS.items() if section in story_id), None)


def subtitle(paragraphs):
    """A later sentence of the story that is short enough, without its full stop."""
    later = [sentence.strip() for paragraph in paragraphs[2:] for sentence in sentences(paragraph)]
    fitting = [sentence for sentence in later if len(sentence) in SUBTITLE_LENGTH and sentence.endswith(".") and '"' not in sentence]
    return fitting[-1].rstrip(".") if fitting else None


def caption(paragraphs):
    """(title, text) of a photograph that could stand with the story, from a sentence of it; or None."""
    found = [sentence.strip() for paragraph in paragraphs[1:] for sentence in sentences(paragraph)]
    found = [sentence for sentence in found if len(sentence) in CAPTION_LENGTH and '"' not in sentence and SUBHEAD.search(sentence)]
    return (SUBHEAD.search(found[0]).group().capitalize(), found[0]) if found else None
