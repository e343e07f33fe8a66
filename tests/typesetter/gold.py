"""The gold answers: of an article, of a page, and what of them depends on the program that reads the page."""

import json
import re

# The first characters of a headline and of a text, by which they are found in what a program reads.
HEADLINE_START, TEXT_START = 7, 12


def article(**known):
    """What a gold answer says of an article or photograph."""
    return {
        "kind": "article",
        "title": None,
        "kicker": None,
        "subtitle": None,
        "title_printed": True,
        "byline": [],
        "byline_raw": None,
        "paragraphs": [],
        "subheads": [],
        "prefix": None,
        "continued_to": None,
        "continued_from": None,
        "story_id": None,
        "part": 0,
        "lang": "zh",
        "source": "",
        "head_pos": "top",
        "doubled": False,
        **known,
    }


def page(made, page_id, issue_id, family, program, text):
    """The gold answers of a page as `program` has read it."""
    date, blankless = made.edition.date, without_blanks(text)
    return {
        "page_id": page_id,
        "issue_id": issue_id,
        "page_no": made.edition.page_number,
        "family": family,
        "mode": program.mode,
        "date": f"{date.year}-{date.month}-{date.day}",
        "articles": [as_read(answer, program, blankless) for answer in made.articles],
        "furniture": made.furniture,
    }


def as_read(answer, program, blankless):
    """The answer with the headline before or after the text, and once or twice, as the program has it."""
    answer = dict(answer)
    headline = blankless.find(without_blanks(answer["title"] or "")[:HEADLINE_START])
    text = blankless.find(without_blanks(answer["paragraphs"][0])[:TEXT_START])
    if answer["title_printed"] and headline >= 0 and text >= 0:
        answer["head_after"] = headline > text
    if program.drops_shadows:
        answer["doubled"] = False
    return answer


def without_blanks(text):
    return re.sub(r"\s", "", text)


def write(out, text, answers):
    """Writes the text of a page and its gold answers into their folders."""
    for folder, ending, content in ("raw", "txt", text), ("gold", "json", json.dumps(answers, ensure_ascii=False, indent=1)):
        (out / folder).mkdir(parents=True, exist_ok=True)
        with open(out / folder / f"{answers['page_id']}.{ending}", "w", encoding="utf-8", newline="") as file:
            file.write(content)
