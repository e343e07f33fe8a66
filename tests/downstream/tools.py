"""Loads NDJSON into every tool without a schema hint, and says how many records and which column types the tool found."""

import json
import re
import sqlite3
import subprocess

import chdb
import duckdb
import pandas
import polars


def in_jq(path):
    program = "to_entries | map({key, value: (.value | type)}) | from_entries"
    done = subprocess.run(["jq", "-c", program, str(path)], stdout=subprocess.PIPE, check=True)
    return kinds([json.loads(line) for line in done.stdout.splitlines()])


def in_duckdb(path):
    columns = duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{path}')").fetchall()
    return duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall()[0][0], dict(columns)


def in_pandas(path):
    frame = pandas.read_json(path, lines=True)
    return len(frame), {column: str(kind) for column, kind in frame.dtypes.items()}


def in_polars(path):
    frame = polars.read_ndjson(path)
    return len(frame), {column: str(kind) for column, kind in frame.schema.items()}


def in_sqlite(path):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE article (record TEXT CHECK (json_valid(record)))")
    with open(path, encoding="utf-8") as lines:
        db.executemany("INSERT INTO article VALUES (?)", ((line,) for line in lines))
    rows = db.execute("SELECT json_group_object(each.key, each.type) FROM article, json_each(record) AS each GROUP BY article.rowid")
    return kinds([json.loads(row) for (row,) in rows])


def in_clickhouse(path):
    answer = chdb.query(f"DESCRIBE file('{path}', JSONEachRow)", "JSONEachRow").bytes().decode("utf-8")
    columns = {row["name"]: row["type"] for row in map(json.loads, answer.splitlines())}
    return int(chdb.query(f"SELECT count() FROM file('{path}', JSONEachRow)", "TabSeparated").bytes()), columns


def kinds(rows):
    """For tools that give a type to each value: the number of rows, and the types a column has, null left out."""
    columns = {key: "|".join(sorted({row[key] for row in rows} - {"null"})) for key in rows[0]}
    return len(rows), columns


HIT = r'STRUCT\("?rule"? VARCHAR, term VARCHAR, "?start"? BIGINT, "?end"? BIGINT, "?zone"? VARCHAR\)'
POLARS_HIT = r"Struct\(\{'rule': String, 'term': String, 'start': Int64, 'end': Int64, 'zone': String\}\)"

# Per tool: how it loads, and which types (regular expressions) it must find in a file where every column has a value somewhere.
TOOLS = {
    "jq": (in_jq, {
        "id": "string", "rev": "number", "page_no": "number", "issue_date": "string", "title": "string", "text": "string",
        "words": "array", "topics": "array", "complete": "boolean", "confidence": "object",
    }),
    "DuckDB": (in_duckdb, {
        "id": "VARCHAR", "rev": "BIGINT", "page_no": "BIGINT", "issue_date": "DATE", "title": "VARCHAR", "text": "VARCHAR",
        "words": r"VARCHAR\[\]", "complete": "BOOLEAN", "spans": r"BIGINT\[\]\[\]",
        "topics": rf'STRUCT\(id VARCHAR, "?label"? VARCHAR, score DOUBLE, broader (VARCHAR|JSON), evidence {HIT}\[\]\)\[\]',
        "byline": r'STRUCT\("?name"? VARCHAR, .*\)\[\]',
        "keywords": r'STRUCT\(word VARCHAR, score DOUBLE, "?count"? BIGINT\)\[\]',
        "entities": r'STRUCT\(kind VARCHAR, "?name"? VARCHAR, .*, mentions STRUCT\("?start"? BIGINT, .*\)\[\]\)\[\]',
        "dates": r'STRUCT\("?text"? VARCHAR, "?start"? BIGINT, .*, "?value"? VARCHAR, end_value (VARCHAR|JSON|"NULL"), grain VARCHAR, basis VARCHAR\)\[\]',
        "confidence": r'STRUCT\(boundary DOUBLE, "?title"? DOUBLE, byline DOUBLE\)',
    }),
    "pandas": (in_pandas, {
        "id": "str", "rev": "int64", "page_no": "int64", "issue_date": "str|object", "title": "str|object", "text": "str",
        "words": "object", "topics": "object", "complete": "bool", "confidence": "object",
    }),
    "Polars": (in_polars, {
        "id": "String", "rev": "Int64", "page_no": "Int64", "issue_date": "String", "title": "String", "text": "String",
        "words": r"List\(String\)", "complete": "Boolean", "spans": r"List\(List\(Int64\)\)",
        "topics": rf"List\(Struct\(\{{'id': String, 'label': String, 'score': Float64, 'broader': (String|Null), 'evidence': List\({POLARS_HIT}\)\}}\)\)",
        "confidence": r"Struct\(\{'boundary': Float64, 'title': Float64, 'byline': Float64\}\)",
    }),
    "SQLite": (in_sqlite, {
        "id": "text", "rev": "integer", "page_no": "integer", "issue_date": "text", "title": "text", "text": "text",
        "words": "array", "topics": "array", "complete": r"true|false|false\|true", "confidence": "object",
    }),
    "ClickHouse": (in_clickhouse, {
        "id": r"Nullable\(String\)", "rev": r"Nullable\(Int64\)", "page_no": r"Nullable\(Int64\)", "issue_date": r"Nullable\(Date\)",
        "title": r"Nullable\(String\)", "words": r"Array\(Nullable\(String\)\)", "complete": r"Nullable\(Bool\)",
        "topics": r"Array\(.*Tuple\(.*evidence Array\(.*score Nullable\(Float64\).*\)",
        "confidence": r".*Tuple\(boundary Nullable\(Float64\), byline Nullable\(Float64\), title Nullable\(Float64\)\)+",
    }),
}


def wrong_types(tool, found):
    """{column: (found, wanted)} where they differ."""
    wanted = TOOLS[tool][1]
    return {c: (found.get(c), kind) for c, kind in wanted.items() if not re.fullmatch(kind, found.get(c, "missing"))}
