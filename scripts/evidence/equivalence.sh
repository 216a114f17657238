#!/usr/bin/env bash
# The mathematical judge against Math-Verify on the same pairs, in turn, on one thread each: agreement, speed, worst-case time, as
# Markdown. Other work on the machine spoils the figures. Some minutes.
#
#   scripts/evidence/equivalence.sh DATA [ROUNDS [PAIRS]]
#
# DATA has math/equivalence.jsonl and math/beyond_math_verify.jsonl; EMPO_PYTHON needs math-verify; EMPO_BINARY is an empo that is built.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
data=${1:?usage: scripts/evidence/equivalence.sh DATA [ROUNDS [PAIRS]]}
rounds=${2:-3}
pairs=${3:-600}
python=${EMPO_PYTHON:-python3}
"$python" -c 'import math_verify' 2>/dev/null || {
  echo "equivalence.sh: error: $python has no math-verify; set EMPO_PYTHON to a Python that does" >&2
  exit 1
}
empo=${EMPO_BINARY:-}
if [[ -z $empo ]]; then
  swift build --package-path "$package" -c release --product empo >/dev/null
  empo=$(swift build --package-path "$package" -c release --show-bin-path)/empo
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ours() { "$empo" bench equivalence --pairs "$folder/$1.jsonl" "${@:2}" >>"$folder/empo_$1.json"; }
theirs() { "$python" "$package/scripts/evidence/equivalence_peer.py" "$1" "$folder/$2.jsonl" "${@:3}" >>"$folder/peer_$2.json"; }

"$python" "$package/scripts/evidence/equivalence_peer.py" prepare "$data" "$folder" --pairs "$pairs"
echo "==> agreement on all pairs" >&2
ours confirmed
ours beyond
theirs time beyond_sample --both
for ((round = 1; round <= rounds; round++)); do
  echo "==> speed, round $round of $rounds" >&2
  ours sample
  theirs time sample
done
echo "==> hostile answers" >&2
ours hostile
theirs worst hostile
"$python" "$package/scripts/evidence/equivalence_peer.py" table "$folder"
