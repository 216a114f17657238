#!/usr/bin/env bash
# Sampling and learning against transformers and PyTorch on the same shape, in turn, on this machine: prints every figure and the
# median ratio. Other work on the machine spoils the figures. Usage: scripts/evidence/speed.sh [ROUNDS]; EMPO_PYTHON needs torch and
# transformers.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=${1:-5}
python=${EMPO_PYTHON:-python3}
"$python" -c 'import torch, transformers' 2>/dev/null || {
  echo "speed.sh: error: $python has no torch and transformers; set EMPO_PYTHON to a Python that does" >&2
  exit 1
}
swift build --package-path "$package" -c release --product empo >/dev/null
empo=$(swift build --package-path "$package" -c release --show-bin-path)/empo
figure() { grep -o '"tokens_per_s": *[0-9.]*' | grep -o '[0-9.]*$'; }

for work in rollout learner; do
  ratios=()
  for ((round = 1; round <= rounds; round++)); do
    ours=$("$empo" bench "$work" --threads 2 | figure)
    theirs=$("$python" "$package/scripts/evidence/peers.py" "$work" --threads 2 2>/dev/null | figure)
    ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $theirs }")
    ratios+=("$ratio")
    echo "$work  round $round: empo $ours tokens/s, peer $theirs tokens/s, ratio $ratio"
  done
  echo "$work  median ratio $(printf '%s\n' "${ratios[@]}" | sort -n | sed -n "$(((rounds + 1) / 2))p")"
done
