#!/usr/bin/env python3
"""Turns jianbao's records on stdin into the form the scorer reads."""
import json
import sys

for line in sys.stdin:
    record = json.loads(line)
    scored = {
        "page_id": record["page_id"],
        "kind": record["kind"],
        "title": record["title"],
        "byline": [person["name"] for person in record["byline"]],
        "text": record["text"],
        "continued_to": record["jump_to"] and "下转" + record["jump_to"] + "版",
        "continued_from": record["jump_from"] and "上接" + record["jump_from"] + "版",
    }
    print(json.dumps(scored, ensure_ascii=False))
