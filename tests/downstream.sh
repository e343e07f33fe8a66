#!/usr/bin/env bash
# Loads what the release binary writes into the tools people use, without a schema hint, and runs README's recipes.
#
#   tests/downstream.sh          builds nothing: `cargo build --release` first, or JIANBAO=path/to/jianbao
#
# Python packages go into .venv, once for each change of tests/downstream/requirements.txt. jq must be there; pdftotext with
# poppler-data and a PostgreSQL server are used where they are installed, and it says so where they are not.
set -euo pipefail
cd "$(dirname "$0")/.."

jianbao=${JIANBAO:-target/release/jianbao}
[ -x "$jianbao" ] || { echo "tests/downstream.sh: no $jianbao; run cargo build --release" >&2; exit 66; }
command -v jq >/dev/null || { echo "tests/downstream.sh: install jq" >&2; exit 66; }

requirements=tests/downstream/requirements.txt
if ! cmp -s "$requirements" .venv/requirements.txt; then
  python3 -m venv --clear .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  cp "$requirements" .venv/requirements.txt
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$jianbao" run --quiet -c tests/downstream/extract.yaml examples/pinghu-2022-03-28.txt --output "$work/sample.ndjson"
"$jianbao" run --quiet - <tests/downstream/pages.ndjson >"$work/issue.ndjson"
for page in examples/issue/*.txt; do
  jq -Rsc --arg page "$page" '{doc_id: "2024-05-06", page_id: $page, page_label: ($page | .[-6:-4]), text: .}' "$page"
done | "$jianbao" run --quiet - >"$work/jumps.ndjson"
"$jianbao" run --quiet --preset articles-only tests/downstream/plain.txt --output "$work/bare.ndjson"
# The records with empty arrays come first, where tools look to infer types.
cat "$work"/{sample,issue,jumps}.ndjson >"$work/articles.ndjson"
cat "$work"/{bare,articles}.ndjson >"$work/mixed.ndjson"

JIANBAO=$(realpath "$jianbao")
export JIANBAO PYTHONDONTWRITEBYTECODE=1
.venv/bin/python tests/downstream/main.py "$work"
.venv/bin/python tests/readme.py check
