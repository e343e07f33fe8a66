#!/bin/sh
# Instructions that each stage takes for a character of page text, once everything is loaded: counted by valgrind, so that load
# and clock of the machine do not matter. Give text files, the more the better, or nothing for twenty times the sample page.
# $JIANBAO is a program that was built so before.
set -eu
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then
  for _ in $(seq 20); do set -- "$@" examples/pinghu-2022-03-28.txt; done
fi
if [ -z "${JIANBAO:-}" ]; then
  # Across crates nothing is inlined here, so that every stage keeps its name.
  export CARGO_PROFILE_RELEASE_LTO=off
  cargo build --quiet --release --locked
fi
jianbao=${JIANBAO:-${CARGO_TARGET_DIR:-target}/release/jianbao}

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cat > "$work/pipeline.yaml" <<'YAML'
version: 1
stages:
  - normalize: {}
  - untangle_columns: {}
  - dehyphenate: {}
  - detect_articles: {}
  - stitch_jumps: {}
  - segment: { pos: true }
  - tag_topics: {}
  - extract_keywords: {}
  - extract_entities: {}
  - resolve_dates: { issue_date: 2022-03-28 }
  - emit_ndjson: {}
runtime: { workers: 1 }
YAML
for file in "$@"; do
  cat "$file"
  printf '\f'
done > "$work/once"
characters=$(LC_ALL=C.UTF-8 wc -m < "$work/once")

# The first time loads the words and builds the automata; the same pages again show what pages cost. Of a stage there is a line for
# each source file that something of it was inlined from; the greatest is the stage with all that it calls.
count() {
  "$@" | valgrind --quiet --tool=callgrind --callgrind-out-file="$work/calls" "$jianbao" run --quiet -c "$work/pipeline.yaml" - > "$work/out"
  callgrind_annotate --auto=no --inclusive=yes --threshold=100 "$work/calls" 2> "$work/complaints" |
    sed -n 's/^ *\([0-9,]*\) (.*<stages::\([a-z_]*\)::[A-Za-z]* as pipeline::\(stage::Each\|stage::PerDocument\|sink::Render\)>::\(apply\|push\|finish\|render\).*/\2 \4 \1/p' |
    tr -d , | awk '{ if ($3 > most[$1 " " $2]) most[$1 " " $2] = $3 }
                   END { for (part in most) { split(part, name, " "); sum[name[1]] += most[part] }; for (stage in sum) print stage, sum[stage] }' |
    sort
}
count cat "$work/once" > "$work/first"
count cat "$work/once" "$work/once" > "$work/both"
join "$work/first" "$work/both" |
  awk -v characters="$characters" '{ printf "%-18s %7.1f\n", $1, ($3 - $2) / characters }'
