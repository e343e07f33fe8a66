"""Entry of tests/downstream.sh: the contract, every tool, every recipe, on the NDJSON files in the folder given."""

import sys
from pathlib import Path

import contract
import recipes
import tools

# What makes the files of a real archive awkward to load is in tests/downstream/pages.ndjson.
AWKWARD = ["\\", '"', "{", "\\."]


def main(work):
    articles, bare, mixed = work / "articles.ndjson", work / "bare.ndjson", work / "mixed.ndjson"
    text = "".join(record["text"] for record in contract.records(articles))
    assert all(mark in text for mark in AWKWARD), "the input holds what is awkward to load"
    assert any(record["continuations"] for record in contract.records(articles)), "the input holds an article over two pages"
    (lonely,) = contract.records(bare)
    assert not any(lonely[key] for key in ("byline", "words", "pos", "topics", "keywords", "entities", "dates", "repairs", "continuations")), lonely
    for path in (articles, bare, mixed):
        count = len(contract.records(path))
        for name, (load, _) in tools.TOOLS.items():
            found, columns = load(path)
            assert found == count, f"{name} found {found} records of {count} in {path.name}"
            # A file whose arrays are all empty shows nobody what would be in them; it must load all the same.
            wrong = {} if path == bare else tools.wrong_types(name, columns)
            assert not wrong, f"{name}: types in {path.name}, column: (found, wanted): {wrong}"
        print(f"{path.name}: {count} records in {', '.join(tools.TOOLS)}")
    recipes.run_all(work, articles)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
