#!/usr/bin/env python3
"""Runs jianbao over the pages of an evaluation folder and prints the scorer's table.

    tests/eval.py FOLDER [--binary PATH] [--records FILE] [--scorer PATH] [score.py options, e.g. --by mode]

FOLDER holds raw/*.txt (one page a file, its stem is the page_id) and gold/*.json. The scorer is score.py in the folder above it
unless --scorer names another. With --records the records are read from FILE (jianbao's NDJSON) and nothing is run.
Python 3, standard library only.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def binary():
    """The built program, the release build first."""
    for profile in ("release", "debug"):
        path = ROOT / "target" / profile / "jianbao"
        if path.exists():
            return path
    sys.exit("no jianbao under target/: run `cargo build --release` first or name one with --binary")


def records_of(folder, program):
    """jianbao's records of all pages, one JSON object each."""
    pages = sorted((folder / "raw").glob("*.txt"))
    if not pages:
        sys.exit(f"no pages in {folder / 'raw'}")
    done = subprocess.run([program, "run", "--quiet", *map(str, pages)], stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} run ended with exit code {done.returncode}")
    return done.stdout.decode("utf-8").splitlines()


def as_scored(record):
    """One record in the form score.py reads."""
    return {
        "page_id": record["page_id"],
        "title": record["title"],
        "byline": [person["name"] for person in record["byline"]],
        "text": record["text"],
        "kind": record["kind"],
        "continued_to": record["jump_to"],
        "continued_from": record["jump_from"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--binary", type=pathlib.Path)
    parser.add_argument("--records", type=pathlib.Path)
    parser.add_argument("--scorer", type=pathlib.Path)
    args, passed_on = parser.parse_known_args()
    folder = args.folder.resolve()
    scorer = args.scorer or folder.parent / "score.py"
    if args.records:
        lines = args.records.read_text(encoding="utf-8").splitlines()
    else:
        lines = records_of(folder, args.binary or binary())
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as scored:
        for line in lines:
            scored.write(json.dumps(as_scored(json.loads(line)), ensure_ascii=False) + "\n")
        scored.flush()
        command = [sys.executable, str(scorer), str(folder / "gold"), scored.name, *passed_on]
        sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
