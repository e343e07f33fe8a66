#!/usr/bin/env python3
"""Writes pages to measure with: issues of sixteen pages, one text file each, until there are so many megabytes.

    benches/corpus.py FOLDER                         60 MB of pages that nobody printed, the same on every machine
    benches/corpus.py FOLDER --megabytes 1 --seed 2  fewer of them, and others
    benches/corpus.py FOLDER --pages raw/            the text files of a folder instead, over and over

What is made up is clauses of the sample page, cut anywhere and mixed with words of the language, names and numbers, set in columns
as papers set them: headlines before and after their text, bylines, columns that end in mid-sentence, captions, furniture. Hardly a
sentence comes twice, so that nothing is found in a cache that would not be found there in a newspaper.
"""

import argparse
import itertools
import random
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "stages/data"
PAGES_OF_AN_ISSUE = 16
WIDTHS = [14, 15, 17, 18, 22, 35]


def uncommented(name):
    return [line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


class Writer:
    """Makes up what stands in a newspaper."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        sample = (ROOT / "examples/pinghu-2022-03-28.txt").read_text(encoding="utf-8")
        self.clauses = [clause for clause in re.split(r"[，。！？、；：“”\s]+", re.sub(r"\n", "", sample)) if len(clause) > 3]
        self.words = []
        for line in uncommented("words.txt"):
            first, rest = line.split("\t", 1)
            two, _, longer = rest.partition(" ")
            self.words += [first + second for second in two] + [first + end for end in longer.split()]
        surnames = uncommented("surnames.txt")
        self.surnames = max(surnames, key=len)
        self.hanzi = "".join(uncommented("frequent_hanzi.txt"))

    def piece(self):
        """A few characters to go on with."""
        dice = self.random.random()
        if dice < 0.55:
            clause = self.random.choice(self.clauses)
            begin = self.random.randrange(len(clause) - 2)
            return clause[begin : begin + self.random.randint(2, 8)]
        if dice < 0.94:
            return self.random.choice(self.words)
        if dice < 0.97:
            return self.name()
        number = self.random.choice(["{}月{}日", "{}{}%", "{}.{}亿元", "{}{}人", "{}.{}万平方米", " {}{} "])
        return number.format(self.random.randint(1, 12), self.random.randint(1, 30))

    def name(self):
        return self.random.choice(self.surnames) + "".join(self.random.choices(self.hanzi, k=self.random.choice([1, 2, 2])))

    def clause(self, length):
        text = ""
        while len(text) < length:
            text += self.piece()
        return text

    def sentence(self):
        clauses = [self.clause(self.random.randint(5, 16)) for _ in range(self.random.randint(1, 4))]
        if self.random.random() < 0.1:
            clauses[-1] = f"“{clauses[-1]}”"
        return self.random.choice(["，", "，", "，", "、"]).join(clauses) + self.random.choice("。。。。。。！？")

    def column(self, text, width):
        """Lines as wide as the box; punctuation does not begin one."""
        lines = []
        while text:
            end = width
            while end < len(text) and text[end] in "，。！？、”" and end < width + 2:
                end += 1
            lines.append(text[:end])
            text = text[end:]
        return lines

    def article(self):
        width = self.random.choice(WIDTHS)
        headline = [self.clause(self.random.randint(6, 14))]
        if self.random.random() < 0.3:
            headline.append(self.clause(self.random.randint(6, 14)))
        if self.random.random() < 0.6:
            headline += ["", "■记者 " + " ".join(self.name() for _ in range(self.random.randint(1, 3)))]
        body = []
        for number in range(self.random.randint(2, 9)):
            text = "本报讯 " if number == 0 else ""
            body += self.column(text + "".join(self.sentence() for _ in range(self.random.randint(2, 7))), width)
            if self.random.random() < 0.3:
                body.append("")
        # The foot of a column.
        for _ in range(len(body) // 40):
            body.insert(self.random.randrange(len(body)), "")
        return [*headline, "", *body] if self.random.random() < 0.6 else [*body, "", *headline]

    def caption(self):
        return [self.clause(8), "", *self.column(self.sentence(), 20), f"{self.name()} 摄", ""]

    def page(self, number):
        lines = [f"第{number}版 要闻", "责任编辑 " + self.name(), ""]
        for _ in range(self.random.randint(4, 8)):
            lines += [*self.article(), ""]
            if self.random.random() < 0.3:
                lines += self.caption()
        return "\n".join(lines) + "\n"


def made_up(seed):
    writer = Writer(seed)
    for number in itertools.count():
        yield writer.page(number % PAGES_OF_AN_ISSUE + 1)


def printed(folder):
    pages = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))]
    if not pages:
        raise SystemExit(f"no page in {folder}")
    return itertools.cycle(pages)


def main():
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--megabytes", type=float, default=60)
    reader.add_argument("--seed", type=int, default=1872)
    reader.add_argument("--pages", type=Path)
    options = reader.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    pages = printed(options.pages) if options.pages else made_up(options.seed)
    written = 0
    for issue in itertools.count(1):
        text = "\f".join(itertools.islice(pages, PAGES_OF_AN_ISSUE)).encode()
        (options.folder / f"issue-{issue:04}.txt").write_bytes(text)
        written += len(text)
        if written >= options.megabytes * 1e6:
            return


main()
