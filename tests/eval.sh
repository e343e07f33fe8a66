#!/bin/sh
# Scores jianbao on a folder of pages with gold answers: tests/eval.sh FOLDER [--by mode] [other options of score.py]
exec python3 "$(dirname "$0")/eval.py" "$@"
