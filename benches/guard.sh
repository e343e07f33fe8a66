#!/bin/sh
# Fails when a character of page text takes more than 5 % more instructions than benches/instructions.txt says: counted by valgrind
# over pages that nobody printed, so that neither load nor clock of the machine matter. `--record` writes the file anew; the commit
# that does so says why. The program is the one built by `cargo build --release`, or $JIANBAO.
set -eu
cd "$(dirname "$0")/.."
jianbao=${JIANBAO:-${CARGO_TARGET_DIR:-target}/release/jianbao}
recorded=benches/instructions.txt

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
benches/corpus.py "$work/first" --megabytes 0.01 --seed 1
# So much that what the allocator copies, more in one run and less in another, is little beside it.
benches/corpus.py "$work/second" --megabytes 5 --seed 2
characters=$(cat "$work"/second/* | LC_ALL=C.UTF-8 wc -m)

# The chain with the words cut as $1 says, or not at all.
configuration() {
  cat <<YAML
version: 1
stages:
  - normalize: {}
  - untangle_columns: {}
  - dehyphenate: {}
  - detect_articles: {}
  - stitch_jumps: {}
  $1
  - tag_topics: {}
  - emit_ndjson: {}
runtime: { workers: 1 }
YAML
}
configuration "" > "$work/chain.yaml"
configuration "- segment: {}" > "$work/words.yaml"
configuration "- segment: { pos: true }" > "$work/tagged.yaml"

count() {
  config=$1
  shift
  valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$jianbao" run --quiet -c "$work/$config.yaml" "$@" \
    2>&1 > /dev/null | sed -n 's/^.*I *refs: *//p' | tr -d ,
}

# What is loaded once, and what is made when it is first needed, is in both counts.
count_all() {
  for config in chain words tagged; do
    echo "$config $(count "$config" "$work"/first/*) $(count "$config" "$work"/first/* "$work"/second/*)"
  done >> "$work/found"
  awk -v characters="$characters" '
    !($1 in one) || $2 < one[$1] { one[$1] = $2 }
    !($1 in both) || $3 < both[$1] { both[$1] = $3 }
    END {
      for (config in one) taken[config] = int((both[config] - one[config]) / characters)
      print "chain", taken["chain"]
      print "segment", taken["words"] - taken["chain"]
      print "segment-with-parts-of-speech", taken["tagged"] - taken["chain"]
    }' "$work/found" > "$work/instructions"
}

is_worse() {
  join "$recorded" "$work/instructions" | awk '$3 > $2 * 1.05 { worse = 1 } END { exit !worse }'
}

# Threads meet at other moments in every run, which makes a hundredth of the whole and so a twentieth of a row: what looks worse is
# counted again, and the least of each count is taken, as it is of what is recorded.
count_all
for _ in 1 2; do
  if [ "${1:-}" = --record ] || is_worse; then
    count_all
  fi
done
if [ "${1:-}" = --record ]; then
  cp "$work/instructions" "$recorded"
fi
echo "instructions for a character            recorded    now"
join "$recorded" "$work/instructions" | awk '{ printf "%-40s%8d%7d\n", $1, $2, $3 }'
if is_worse; then
  echo "more than 5 % worse"
  exit 1
fi
