#!/usr/bin/env bash
# Scores jianbao on a folder of pages with gold answers: FOLDER/raw/*.txt and FOLDER/gold/*.json.
#
#   tests/eval.sh FOLDER [options of score.py]        e.g. tests/eval.sh ../shared/eval/dev --by mode
#
# The scorer is FOLDER/../score.py, or $SCORER.
set -euo pipefail
folder=${1:?usage: tests/eval.sh FOLDER [options of score.py]}
shift
here=$(cd "$(dirname "$0")/.." && pwd)
jianbao=${JIANBAO:-$here/target/release/jianbao}
[ -x "$jianbao" ] || (cd "$here" && cargo build --release --locked)
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$jianbao" run --quiet --preset articles-only "$folder/raw" | python3 "$here/tests/eval_records.py" >"$out"
python3 "${SCORER:-$folder/../score.py}" "$folder/gold" "$out" "$@"
