#!/usr/bin/env python3
"""The marked blocks of a Markdown file: what tests run, and the outputs that tests compare.

A block is marked by a comment on the line above its fence: `<!-- recipe: NAME -->` or `<!-- output: NAME -->`.

    tests/readme.py check    fails when README's sample output is not what the program prints
    tests/readme.py write    writes the output into README

The program is the one built by `cargo build --release`, or $JIANBAO; jq must be there.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PROGRAM = Path(os.environ.get("JIANBAO", ROOT / "target/release/jianbao")).resolve()
BLOCK = re.compile(r"<!-- (?P<mark>recipe|output): (?P<name>[\w-]+) -->\n```(?P<language>\w*)\n(?P<body>.*?)^```$", re.S | re.M)


def blocks(mark, path=README):
    """The marked blocks as {name: (language, body)}."""
    found = [m for m in BLOCK.finditer(path.read_text(encoding="utf-8")) if m["mark"] == mark]
    named = {m["name"]: (m["language"], m["body"]) for m in found}
    assert len(named) == len(found), f"two {mark} blocks of one name in {path.name}"
    return named


def environment():
    """The environment recipes run in: `jianbao` is the program of this work tree."""
    return {**os.environ, "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}


def shell(body, folder):
    """What a shell recipe prints, run in `folder`; a failure in any part of a pipe is a failure."""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", body], cwd=folder, env=environment(), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode("utf-8")


def main(mode):
    recipes, written = blocks("recipe"), README.read_text(encoding="utf-8")

    def printed(block):
        start, end = (place - block.start() for place in block.span("body"))
        body = shell(recipes[block["name"]][1], ROOT) if block["mark"] == "output" else block["body"]
        return block[0][:start] + body + block[0][end:]

    current = BLOCK.sub(printed, written)
    if mode == "write":
        README.write_text(current, encoding="utf-8")
    elif current != written:
        sys.exit("README.md: an output is not what the program prints; run tests/readme.py write and read the change")
    print(f"README outputs {', '.join(blocks('output'))}: {'written' if mode == 'write' else 'current'}")


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["write"]):
        sys.exit(__doc__)
    main(sys.argv[1])
