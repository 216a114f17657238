#!/usr/bin/env bash
# How large and how fast a policy version travels at qwen2.5-0.5b's shape: a delta after one AdamW step at a learning rate of 1e-6, and
# a key frame over loopback against a plain libzmq PUB/SUB of the same bytes, in turn. Fails where a delta takes more than 5 % of the
# key frame, its bits differ, or the key frame travels at less than 70 % of the plain speed. Other work on the machine spoils it.
# Usage: scripts/broadcast.sh [ROUNDS]; needs a C compiler and 4 GiB of memory.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rounds=${1:-5}
elements=494032768
bytes=$((2 * elements))
swift build --package-path "$package" -c release --product broadcast >/dev/null
broadcast=$(swift build --package-path "$package" -c release --show-bin-path)/broadcast
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cc -O2 -o "$folder/plain" "$package/scripts/broadcast/plain.c" -lzmq -lpthread

"$broadcast" delta "$elements" | tee "$folder/delta"
share=$(awk '$1 == "delta_share" { print $2 }' "$folder/delta")
grep -qx 'bits identical' "$folder/delta"

ratios=()
for ((round = 1; round <= rounds; round++)); do
  ours=$("$broadcast" keyframe "$bytes" | awk '$1 == "key_frame_MB_per_s" { print $2 }')
  plain=$("$folder/plain" "$bytes")
  ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $plain }")
  ratios+=("$ratio")
  echo "round $round: key frame $ours MB/s, plain libzmq $plain MB/s, ratio $ratio"
done
median=$(printf '%s\n' "${ratios[@]}" | sort -n | sed -n "$(((rounds + 1) / 2))p")
echo "median ratio $median"
awk "BEGIN { exit !($share <= 0.05 && $median >= 0.70) }" || {
  echo "broadcast.sh: a delta takes $share of the key frame (at most 0.05), a key frame travels at $median of the plain speed (at least 0.70)" >&2
  exit 1
}
