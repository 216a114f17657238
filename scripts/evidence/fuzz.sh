#!/usr/bin/env bash
# Random and mutated texts through answer extraction and the judges (those of words get one text in four), on all processors: fails
# on a trap, on equal texts with unequal keys, and where a text takes more than 10 ms of its thread's processor time, so that a busy
# host doesn't count.
#
#   scripts/evidence/fuzz.sh [COUNT [SEED]]
#
# Where EMPO_DATA names a folder of reference data, its answers are mutated, too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
count=${1:-10000000}
seed=${2:-1}
[[ $count =~ ^[1-9][0-9]{0,11}$ && $seed =~ ^[0-9]{1,18}$ ]] || {
  echo "fuzz.sh: error: found '$count' and '$seed', expected a number of texts, and a seed: scripts/evidence/fuzz.sh [COUNT [SEED]]" >&2
  exit 1
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/chunks"
fuzz() { env EMPO_FUZZ="$count" EMPO_FUZZ_SEED="$seed" "$@" swift test -c release --skip-build --disable-xctest --filter FuzzTests 2>&1; }

echo "==> building (the first time takes some minutes)"
swift build -c release --build-tests >/dev/null
echo "==> fuzzing with $count texts"
start=$(date +%s.%N)
fuzz EMPO_FUZZ_FOLDER="$folder/chunks" >"$folder/log" && passed=1 || passed=0
seconds=$(awk "BEGIN { printf \"%.1f\", $(date +%s.%N) - $start }")
grep '^fuzzing:' "$folder/log" || true

if ((!passed)); then
  grep -E 'issue|[Ff]atal|Crash' "$folder/log" | head -n 40 || true
  # A trap leaves the names of the chunks that were under way.
  for chunk in $(ls "$folder/chunks"); do
    fuzz EMPO_FUZZ_CHUNK="$chunk" >"$folder/again" && continue
    echo "fuzz.sh: error: a trap in chunk $chunk of seed $seed, at this text:" >&2
    grep '^fuzzing: trying' "$folder/again" | tail -n 1 >&2
  done
  echo "fuzz.sh: error: failed after $seconds s" >&2
  exit 1
fi
grep -q "^fuzzing: $count texts" "$folder/log" || {
  echo "fuzz.sh: error: the test did not report $count texts" >&2
  exit 1
}
awk "BEGIN { printf \"fuzzing: %.1f s, %.0f texts/s\n\", $seconds, $count / $seconds }"
grep -q '^fuzzing: 0 calls over' "$folder/log" || {
  echo "fuzz.sh: error: calls of more than 10 ms" >&2
  exit 1
}
