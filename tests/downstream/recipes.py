"""Runs README's recipes exactly as they stand, each in a folder of its own, and compares what they say with the records."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import chdb
import duckdb

import contract
import pdf
import postgres

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import readme

HERE = Path(__file__).resolve().parent
RECIPES = readme.blocks("recipe")
TOPIC = "复工复产"


def furnish(folder, articles):
    """Puts everything there that a recipe may name."""
    folder.mkdir()
    shutil.copy(articles, folder / "articles.ndjson")
    (folder / "examples").symlink_to(readme.ROOT / "examples")
    (folder / "pages").mkdir()
    shutil.copy(readme.ROOT / "examples/pinghu-2022-03-28.txt", folder / "pages/20220328_A1.txt")
    shutil.copy(HERE / "plain.txt", folder / "pages/20220329_A2.txt")
    (folder / "page.pdf").write_bytes(pdf.page((HERE / "plain.txt").read_text(encoding="utf-8").splitlines()))
    scans = [{"id": "早报-7", "paper": "早报", "date": "2022-03-29", "section": "A7", "ocr": (HERE / "plain.txt").read_text(encoding="utf-8")}]
    (folder / "ocr.ndjson").write_text("".join(json.dumps(scan) + "\n" for scan in scans), encoding="utf-8")
    for name, file in (("config", "pipeline.yaml"), ("issue", "issue.yaml"), ("topics", "my-topics.yaml"), ("words", "words.txt")):
        (folder / file).write_text(RECIPES[name][1], encoding="utf-8")


def python(body):
    """The variables a Python recipe leaves behind."""
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(body, "README.md", "exec"), names)
    return names


def made(articles=Path("articles.ndjson")):
    found = contract.records(articles)
    assert found, "no articles came out"
    return found


def plain_text():
    return "".join((HERE / "plain.txt").read_text(encoding="utf-8").split())


def check_folder(body, records):
    readme.shell(body, ".")
    assert {r["doc_id"] for r in made()} == {"20220328_A1", "20220329_A2"}
    assert not Path("dead.ndjson").exists(), "nothing failed, so there is no dead letter"


def check_ndjson_pages(body, records):
    readme.shell(body, ".")
    (record,) = made()
    named = [record[key] for key in ("page_id", "paper", "issue_date", "page_label")]
    assert named == ["早报-7", "早报", "2022-03-29", "A7"], named
    assert "".join(record["text"].split()) == plain_text()


def check_pdftotext(body, records):
    if not shutil.which("pdftotext"):
        return "skipped: no pdftotext here"
    readme.shell(body, ".")
    assert "".join("".join(r["text"].split()) for r in made()) == plain_text()


def check_page(body, records):
    """Compared with what README shows, like `record`, by tests/readme.py."""


check_record = check_page


def check_sample(body, records):
    assert len(readme.shell(body, ".").splitlines()) == len(contract.records(Path("../sample.ndjson")))


def check_explain(body, records):
    doubtful = {r["title"] or "" for r in records if r["byline"] and r["confidence"]["byline"] < 0.6}
    assert {line.split("\t")[1] for line in readme.shell(body, ".").splitlines()} == doubtful
    assert Path("page.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def check_bench(body, records):
    table, _, figures = readme.shell(body, ".").partition("{")
    assert "pages/s" in table and json.loads("{" + figures)["mb_per_second"] > 0


def check_jq(body, records):
    wanted = [
        f"{r['title'] or '(no title)'}\t{topic['evidence'][0]['term']}" for r in records for topic in r["topics"] if topic["label"] == TOPIC
    ]
    assert wanted and readme.shell(body, ".").splitlines() == wanted


def check_duckdb(body, records):
    counts = Counter((topic["label"], r["issue_date"]) for r in records for topic in r["topics"])
    found = {(label, day and str(day)): n for label, day, n in duckdb.sql(body).fetchall()}
    assert found == counts, (found, counts)


def check_pandas(body, records):
    counts = Counter(word for r in records for word in r["words"] if len(word) > 1)
    found = python(body)["frequent"].to_dict()
    assert all(counts[word] == n for word, n in found.items()), found
    assert list(found.values()) == sorted(counts.values(), reverse=True)[:20]
    # Files that are called like numbers, with labels like numbers.
    page = json.dumps({"page_id": "20220328", "page_label": "01", "text": (HERE / "plain.txt").read_text(encoding="utf-8")})
    Path("20220328.ndjson").write_text(page + "\n", encoding="utf-8")
    readme.shell("jianbao run 20220328.ndjson > articles.ndjson", ".")
    names = python(body)["articles"][["doc_id", "page_id", "page_label"]]
    assert names.values.tolist() == [["20220328", "20220328", "01"]], names


def check_polars(body, records):
    scores = {}
    for topic in (topic for r in records for topic in r["topics"]):
        scores.setdefault(topic["label"], []).append(topic["score"])
    found = python(body)["topics"].rows()
    assert [(label, n) for label, n, _ in found] == sorted(((t, len(s)) for t, s in scores.items()), key=lambda row: (-row[1], row[0]))
    assert all(abs(score - sum(scores[label]) / n) < 1e-9 for label, n, score in found)


def check_clickhouse(body, records):
    counts = Counter(hit["term"] for r in records for topic in r["topics"] for hit in topic["evidence"])
    lines = chdb.query(body.rstrip().rstrip(";"), "JSONEachRow").bytes().decode("utf-8").splitlines()
    assert {row["term"]: int(row["hits"]) for row in map(json.loads, lines)} == counts


def check_sqlite(body, records):
    wanted = sorted((r["title"] or "", t["score"], t["evidence"][0]["term"]) for r in records for t in r["topics"] if t["label"] == TOPIC)
    for _ in range(2):
        assert sorted((title or "", score, term) for title, score, term in python(body)["rows"]) == wanted, "loading twice changes nothing"


def check_postgresql(body, records):
    rows = postgres.copy_rows(Path("articles.ndjson").read_bytes())
    assert [json.loads(row) for row in rows] == records, "COPY gives the records back"
    folder = postgres.programs()
    if not folder:
        return "rules of COPY only: no PostgreSQL server here"
    counts = Counter(topic["label"] for r in records for topic in r["topics"])
    with postgres.server(folder) as environment:
        done = subprocess.run(
            ["psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1"],
            input=body.encode("utf-8"), env={**os.environ, **environment, "PGCLIENTENCODING": "UTF8"}, stdout=subprocess.PIPE, check=True,
        )
    found = dict(line.split("\t") for line in done.stdout.decode("utf-8").splitlines())
    assert {label: int(n) for label, n in found.items()} == counts, found


def check_config(body, records):
    readme.shell("jianbao check pipeline.yaml && jianbao run -c pipeline.yaml", ".")
    found = made(Path("out/articles.ndjson"))
    assert {r["issue_date"] for r in found} == {"2022-03-28", "2022-03-29"}
    assert all(r["words"] and len(r["pos"]) == len(r["words"]) for r in found)


def check_issue(body, records):
    readme.shell("jianbao check issue.yaml && jianbao run -c issue.yaml", ".")
    found = made(Path("issue.ndjson"))
    assert {r["doc_id"] for r in found} == {"2024-05-06"}
    assert [[part["page_label"] for part in r["continuations"]] for r in found if r["continuations"]] == [["03"]], found


def check_topics(body, records):
    """Checked with `config`, which names it."""


check_words = check_topics


def run_all(work, articles):
    """Runs every recipe of README; a recipe without a check, or a check without a recipe, is a failure."""
    checks = {name.removeprefix("check_").replace("_", "-"): check for name, check in globals().items() if name.startswith("check_")}
    assert set(checks) == set(RECIPES), f"recipes and checks differ: {set(checks) ^ set(RECIPES)}"
    records = contract.records(articles)
    for name, (_, body) in RECIPES.items():
        folder = work / f"recipe-{name}"
        furnish(folder, articles)
        with contextlib.chdir(folder):
            note = checks[name](body, records)
        print(f"recipe {name}: {note or 'ok'}")
