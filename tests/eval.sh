#!/usr/bin/env bash
# Scores jianbao on a folder of pages with gold answers: FOLDER/raw/*.txt and FOLDER/gold/*.json.
#
#   tests/eval.sh FOLDER [options of score.py]        e.g. tests/eval.sh ../shared/eval/dev --by mode
#
# The scorer is FOLDER/../score.py, or $SCORER; the program the one built by `cargo build --release`, or $JIANBAO. With
# `--level issue` the pages of an issue are one document, so that articles over several pages are put together.
set -euo pipefail
folder=${1:?usage: tests/eval.sh FOLDER [options of score.py]}
shift
here=$(cd "$(dirname "$0")/.." && pwd)
export JIANBAO=${JIANBAO:-$here/target/release/jianbao}
[ -x "$JIANBAO" ] || (cd "$here" && cargo build --release --locked)
exec python3 "$here/tests/accuracy.py" --score "$folder" "$@"
