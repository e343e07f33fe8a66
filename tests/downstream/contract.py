"""The rules of the record that every loader relies on, checked on the bytes of an NDJSON file."""

import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schemas/record.schema.json").read_text(encoding="utf-8"))
Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = Draft202012Validator(SCHEMA)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def records(path):
    """The records of `path`, which must keep the rules; see README, "The record"."""
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    assert data == b"" or data.endswith(b"\n"), "every line ends in LF"
    assert b"\r" not in data and b"\0" not in data, "no CR, no NUL"
    lines = data.decode("utf-8").split("\n")[:-1]
    assert "" not in lines, "no blank line"
    for line in lines:
        assert len(line.encode()) < 1 << 20, "a line is shorter than 1 MiB"
        assert not re.search("[\x00-\x1f\x85\u2028\u2029]", line), "no raw control character or line separator"
    found = [json.loads(line, parse_constant=lambda name: no_constant(name)) for line in lines]
    for record in found:
        assert list(record) == SCHEMA["required"] == list(SCHEMA["properties"]), "every key in every record, in one order"
        VALIDATOR.validate(record)
        check(record)
    assert len({(r["id"], r["rev"]) for r in found}) == len(found), "(id, rev) names one record"
    return found


def no_constant(name):
    raise AssertionError(f"{name} is no JSON number")


def check(record):
    """One record: types, ranges, and that evidence re-slices to its term."""
    assert record["schema"] == "jianbao/article/1"
    assert re.fullmatch(r"a[0-9a-f]{24}", record["id"]), record["id"]
    for key in ("byline", "words", "pos", "topics", "keywords", "entities", "dates", "spans", "repairs", "continuations", "warnings"):
        assert isinstance(record[key], list), f"{key} is an array, always"
    for key in ("boundary", "title", "byline"):
        assert isinstance(record["confidence"][key], float), f"confidence.{key} has a point"
    assert record["issue_date"] is None or DATE.fullmatch(record["issue_date"])
    assert record["pos"] == [] or len(record["pos"]) == len(record["words"]), "pos is parallel to words"
    assert record["part_of"] is None or not (record["text"] or record["spans"]), "what has become part of another article is empty"
    for part in record["continuations"]:
        assert 0 <= part["start"] <= len(record["text"]) and part["spans"], "a continuation has a place in the text and on its page"
    for entity in record["entities"]:
        assert entity["mentions"] and len(entity["mentions"]) == entity["count"], "an entity is named somewhere"
        for mention in entity["mentions"]:
            assert record[mention["zone"]][mention["start"] : mention["end"]], f"mention {mention} is empty"
    for date in record["dates"]:
        assert record[date["zone"]][date["start"] : date["end"]] == date["text"], f"date {date} does not re-slice"
        assert (date["value"] is None) == (date["basis"] == "none"), f"{date} is open or it is not"
    for keyword in record["keywords"]:
        assert keyword["word"] and isinstance(keyword["score"], float), "a keyword has a score"
    for topic in record["topics"]:
        assert isinstance(topic["score"], float) and topic["evidence"], "a topic has a score and evidence"
        for hit in topic["evidence"]:
            there = record[hit["zone"]][hit["start"] : hit["end"]]
            # The rule may stand there in another spelling, or be no text.
            assert there.strip() and hit["term"], f"evidence {hit} does not re-slice"
