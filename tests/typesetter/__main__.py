#!/usr/bin/env python3
"""Sets newspaper articles anew on made-up pages, has three programs read them, and writes what they read beside gold answers.

    python3 tests/typesetter STORIES OUT                     16 pages of each of the ten makes, read by each program: 480 pages
    python3 tests/typesetter STORIES OUT --only E2 E5        pages of these makes only
    python3 tests/typesetter STORIES OUT --pages 4           so many pages of each make
    python3 tests/typesetter STORIES OUT --whole-paragraphs  each paragraph on one line: 160 pages, and those of STORIES

The articles are those of STORIES/gold. A page is OUT/raw/PAGE.txt and OUT/gold/PAGE.json; PAGE is the family, b for PDFBox, p for
pdftotext, r for pdftotext -raw or w for whole paragraphs, and the number of the page. What must be installed is in README.md.
"""

import argparse
import tempfile
from pathlib import Path

import extraction
import fonts
import gold
import makes
import press
import stories
import whole_paragraphs
from pdf import Printer


def printable(folder):
    """(stories, photographs) that the fonts have all characters of."""
    return [[text for text in texts if fonts.have(text.printed())] for texts in stories.read(folder)]


def printed(made):
    """{program: {name: text}} of the pages, printed and read."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        printer = Printer([page for _, _, page in made.values()], folder)
        for name, (_, _, page) in made.items():
            printer.write(page, folder / f"{name}.pdf")
        return extraction.read(folder)


def write(out, made, read):
    """Writes what each program has read in the pages, and its gold answers; answers how many pages that are."""
    for program, found in read.items():
        for name, (make, number, page) in made.items():
            family = make.FAMILY.lower()
            page_id, issue_id = f"{family}{program.letter}-{number:02d}", f"{family}-i{press.issue(make, number):02d}"
            answers = gold.page(page, page_id, issue_id, make.FAMILY, program, found[name])
            gold.write(out, found[name], answers)
    return len(read) * len(made)


def main():
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    reader.add_argument("stories", metavar="STORIES", type=Path)
    reader.add_argument("out", metavar="OUT", type=Path)
    reader.add_argument("--only", metavar="FAMILY", nargs="+", choices=makes.ALL, default=list(makes.ALL))
    reader.add_argument("--pages", metavar="N", type=int, default=16)
    reader.add_argument("--whole-paragraphs", action="store_true")
    options = reader.parse_args()
    if not options.whole_paragraphs:
        extraction.check()
    articles, photographs = printable(options.stories)
    if not articles:
        reader.error(f"no articles in {options.stories / 'gold'}")
    made = {}
    for family in options.only:
        make = makes.ALL[family]
        for number, page in press.pages(make, options.pages, articles, photographs):
            made[f"{family}-{number:02d}"] = (make, number, page)
    if not made:
        reader.error("no page could be made")
    read = {whole_paragraphs.WHOLE: whole_paragraphs.read(made)} if options.whole_paragraphs else printed(made)
    count = write(options.out, made, read)
    if options.whole_paragraphs:
        count += whole_paragraphs.write_own(options.stories, options.out)
    print(f"{count} pages in {options.out}")


if __name__ == "__main__":
    main()
