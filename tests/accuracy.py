#!/usr/bin/env python3
"""Measures how well pages become articles, and compares that with what was recorded.

    tests/accuracy.py                     prints all figures beside the recorded ones; ends with 1 when one has become worse
    tests/accuracy.py --train             the same with the pages that weights are learned from
    tests/accuracy.py --record            records all figures: writes docs/accuracy.json and docs/accuracy.md
    tests/accuracy.py --record --lower    also figures that have become worse, as long as no bound breaks; the commit says why
    tests/accuracy.py --score FOLDER …    what the scorer says of FOLDER/raw against FOLDER/gold; further options go to the scorer

A figure has become worse when it is more than 0.005 below the recorded one (above it, where less is better), or when it no longer
keeps a bound that was asked for and that the recorded one keeps (tests/evaluation/asked.py).

The pages are in ../shared/eval, or $EVALUATION; the scorer is score.py beside them, or $SCORER. The program is the one built by
`cargo build --release`, or $JIANBAO.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from evaluation import report
from evaluation.bench import Bench
from evaluation.calibration import confidence
from evaluation.causes import causes

ROOT = Path(__file__).resolve().parent.parent
EVALUATION = Path(os.environ.get("EVALUATION", ROOT / "../shared/eval"))
PROGRAM = Path(os.environ.get("JIANBAO", ROOT / "target/release/jianbao"))
RECORD, PAPER = ROOT / "docs/accuracy.json", ROOT / "docs/accuracy.md"
SEED = 1872


def measure(bench, train):
    """{section: {group: {measure: figure}}}"""
    real, dev = EVALUATION / "real", EVALUATION / "dev"
    pages = bench.pages(dev)
    figures = {"real": bench.figures(real, bench.pages(real), groups=["mode"]), "dev": bench.figures(dev, pages)}
    figures["real"] = {"all": figures["real"]["all"]}
    orders = {
        "dev issues": {},
        "dev issues, shuffled": {"shuffled": SEED},
        "dev issues, shuffled, no numbers": {"shuffled": SEED, "numbered": False},
    }
    for section, order in orders.items():
        # The pages of an issue are of several modes, but of one family.
        found = bench.figures(dev, bench.issues(dev, **order), groups=["family"], level="issue")
        for group, measures in found.items():
            measures["bcubed_f1_lost"] = round(figures["dev"][group]["bcubed_f1"] - measures["bcubed_f1"], 4)
        figures[section] = found
    figures["dev confidence"] = confidence(bench, dev, pages)
    figures["dev encodings"] = encodings(bench, pages)
    figures["dev, whole paragraphs"] = whole_paragraphs(bench, dev)
    figures["dev causes"] = causes(bench, dev, pages)
    if train:
        pages = bench.pages(EVALUATION / "train")
        figures["train"] = bench.figures(EVALUATION / "train", pages)
        figures["train causes"] = causes(bench, EVALUATION / "train", pages)
    return figures


def whole_paragraphs(bench, folder):
    """The pages of a folder with each paragraph on one line."""
    with tempfile.TemporaryDirectory() as anew:
        subprocess.run([sys.executable, ROOT / "tests/typesetter/whole_paragraphs.py", folder, anew], stdout=subprocess.DEVNULL, check=True)
        return bench.figures(Path(anew), bench.pages(Path(anew)), groups=["family"])


def encodings(bench, pages):
    """Each folder of encodings against the same pages in UTF-8."""
    found = {}
    for folder in sorted((EVALUATION / "encodings").iterdir()):
        ids = {path.stem for path in (folder / "raw").iterdir()}
        here = bench.figures(folder, bench.pages(folder), groups=["mode"])
        twin = bench.figures(folder, [page for page in pages if page["page_id"] in ids], groups=["mode"])
        differ = sum(here[group][name] != figure for group, measures in twin.items() for name, figure in measures.items())
        found[folder.name] = {"measures_that_differ": differ, "bcubed_f1": here["all"]["bcubed_f1"]}
    return {"all": {"measures_that_differ": sum(measures["measures_that_differ"] for measures in found.values())}, **found}


def record(figures, kept, lower):
    """Writes the figures down."""
    if broken := list(report.broken(figures, kept["figures"])):
        sys.exit("not recorded, because bounds that were kept are broken:\n" + "\n".join(broken))
    fallen = list(report.fallen(figures, kept["figures"]))
    if fallen and not lower:
        sys.exit("not recorded, because these have become worse (--lower records them all the same):\n" + "\n".join(fallen))
    version = subprocess.run([str(PROGRAM), "--version"], encoding="utf-8", stdout=subprocess.PIPE, check=True).stdout.split()[-1]
    # What the release before had stays beside the figures until there is another release.
    stays = kept["version"] == version and kept["before"]
    before = kept["before"] if stays or figures == kept["figures"] else kept["figures"]
    RECORD.parent.mkdir(exist_ok=True)
    content = {"version": version, "figures": figures, "before": before}
    RECORD.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    PAPER.write_text(report.markdown(figures, before), encoding="utf-8")
    print(f"recorded in {RECORD.relative_to(ROOT)} and {PAPER.relative_to(ROOT)}")


def main():
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    reader.add_argument("--train", action="store_true")
    reader.add_argument("--record", action="store_true")
    reader.add_argument("--lower", action="store_true")
    reader.add_argument("--score", metavar="FOLDER", type=Path)
    options, rest = reader.parse_known_args()
    if rest and not options.score:
        reader.error(f"what is {' '.join(rest)}?")
    if not PROGRAM.exists():
        sys.exit(f"no {PROGRAM}; run cargo build --release")
    beside = options.score.resolve().parent if options.score else EVALUATION
    bench = Bench(PROGRAM, Path(os.environ.get("SCORER", beside / "score.py")))
    if options.score:
        whole = "issue" in rest[1:] and rest[rest.index("issue") - 1] == "--level"
        records = bench.issues(options.score) if whole else bench.pages(options.score)
        print(bench.score(options.score, records, rest), end="")
        return
    kept = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {"version": None, "figures": {}, "before": {}}
    figures = measure(bench, options.train or options.record)
    print(report.markdown(figures, kept["figures"]).partition("## ")[2])
    if options.record:
        record(figures, kept, options.lower)
        return
    if RECORD.exists() and PAPER.read_text(encoding="utf-8") != report.markdown(kept["figures"], kept["before"]):
        sys.exit(f"{PAPER.relative_to(ROOT)} is not what {RECORD.relative_to(ROOT)} says; run tests/accuracy.py --record")
    worse = list(report.fallen(figures, kept["figures"])) + list(report.broken(figures, kept["figures"]))
    sys.exit("worse than recorded:\n" + "\n".join(worse) if worse else 0)


if __name__ == "__main__":
    main()
