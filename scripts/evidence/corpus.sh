#!/usr/bin/env bash
# What real models write: four responses to each of 100 questions, kept in corpus/, read by empo and by Math-Verify.
#
#   scripts/evidence/corpus.sh                        compares the two on the kept responses and prints the table of the Evidence page
#   scripts/evidence/corpus.sh sample MODELS DATA     samples them anew: about an hour on two cores
#
# MODELS has a folder a model, DATA has benchmarks/math500.jsonl. EMPO_PYTHON needs math-verify to compare; EMPO names the program.
# What differs is written to the file that OUT names; what corpus/reading.jsonl has no reading of ends the script with status 1.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=${EMPO_PYTHON:-python3}
empo=${EMPO:-$package/.build/release/empo}
kept=$package/scripts/evidence/corpus
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
[[ -x $empo ]] || { echo "corpus.sh: error: no program at $empo: run 'swift build -c release', or name it with EMPO" >&2; exit 1; }
corpus() { "$python" "$package/scripts/evidence/corpus.py" "$@"; }

if [[ ${1:-} == sample ]]; then
  models=${2:?usage: scripts/evidence/corpus.sh sample MODELS DATA}
  corpus questions "${3:?usage: scripts/evidence/corpus.sh sample MODELS DATA}" "$folder"
  mkdir -p "$kept"
  for model in "$models"/*/; do
    name=$(basename "$model")
    echo "==> $name" >&2
    "$empo" generate --model "$model" --chat --n 4 --temperature 1 --max-tokens 512 --seed 1 "$folder/prompts.jsonl" >"$folder/$name.jsonl"
    rm -f "$kept/$name.jsonl"
    corpus keep "$folder" "$name" "$kept/$name.jsonl"
  done
  exit
fi

"$python" -c 'import math_verify' 2>/dev/null || {
  echo "corpus.sh: error: $python has no math-verify; set EMPO_PYTHON to a Python that does" >&2
  exit 1
}
out=${OUT:-$folder/differences.jsonl}
find "$kept" -name '*.jsonl' ! -name reading.jsonl | sort | xargs cat >"$folder/corpus.jsonl"
corpus compare "$folder/corpus.jsonl" "$empo" "$out"
echo
corpus table "$out" "$kept/reading.jsonl"
