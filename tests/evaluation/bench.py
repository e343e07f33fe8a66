"""Runs the program on pages with gold answers and has the scorer compare what comes out.

The scorer knows nothing of jianbao: `scored` turns records into the form it reads. Nothing in the product does.
"""

import collections
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path


class Bench:
    """A program and a scorer."""

    def __init__(self, program, scorer):
        self.program = program
        self.scorer = scorer
        spec = importlib.util.spec_from_file_location("score", scorer)
        self.rules = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.rules)

    def run(self, arguments, text=""):
        """The records that the program writes, those that have become part of another left out."""
        command = [self.program, "run", "--quiet", *arguments]
        done = subprocess.run(command, input=text, encoding="utf-8", stdout=subprocess.PIPE)
        if done.returncode:
            sys.exit(f"{self.program} failed with {done.returncode}")
        records = map(json.loads, done.stdout.splitlines())
        return [record for record in records if record["part_of"] is None]

    def pages(self, folder):
        """Each page by itself, as its file has it."""
        return self.run(["--preset", "articles-only", folder / "raw"])

    def issues(self, folder, shuffled=None, numbered=True):
        """The pages of each issue as one document; `shuffled` is the seed of their order."""
        issues = collections.defaultdict(list)
        for page in golds(folder):
            issues[page["issue_id"]].append(page)
        order = random.Random(shuffled)
        lines = []
        for issue, pages in issues.items():
            pages.sort(key=lambda page: page["page_no"])
            if shuffled is not None:
                order.shuffle(pages)
            for page in pages:
                with open(folder / "raw" / f"{page['page_id']}.txt", encoding="utf-8", newline="") as file:
                    line = {"doc_id": issue, "page_id": page["page_id"], "text": file.read()}
                lines.append(line | {"page_no": page["page_no"]} if numbered else line)
        # A document is an issue here, so that parts on its pages can be stitched together.
        return self.run(["--preset", "articles-only", "-"], "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def score(self, folder, records, options=()):
        """What the scorer says."""
        with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
            file.writelines(json.dumps(scored(record), ensure_ascii=False) + "\n" for record in records)
            file.flush()
            command = [sys.executable, self.scorer, folder / "gold", file.name, *options]
            done = subprocess.run(command, encoding="utf-8", stdout=subprocess.PIPE, check=True)
        return done.stdout

    def figures(self, folder, records, groups=("mode", "family"), level="page"):
        """{group: {measure: figure}} for all pages and for each mode and family."""
        found = {}
        for group in groups:
            found |= json.loads(self.score(folder, records, ["--json", "--level", level, "--by", group]))
        return {group: {name: round(value, 4) for name, value in measures.items()} for group, measures in found.items()}


def scored(record):
    """A record as the scorer reads it."""
    return {
        "page_id": record["page_id"],
        "kind": record["kind"],
        "title": record["title"],
        "byline": [person["name"] for person in record["byline"]],
        "text": record["text"],
        "continued_to": record["jump_to"] and "下转" + record["jump_to"] + "版",
        "continued_from": record["jump_from"] and "上接" + record["jump_from"] + "版",
    }


def golds(folder):
    """The gold answers of a folder, by page."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "gold").glob("*.json"))]
