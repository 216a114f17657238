#!/usr/bin/env bash
# How large and how fast a policy version travels at qwen2.5-0.5b's shape: a delta after one AdamW step at a learning rate of 1e-6, and
# key frames over loopback against a plain libzmq PUB/SUB of the same bytes, in turn. Fails where a delta takes more than 5 % of the
# key frame, its bits differ, or the median turn's key frame travels at less than 70 % of the plain speed.
#
#   scripts/evidence/broadcast.sh [TURNS [EMPO]]
#
# Needs a C compiler, jq and 4 GiB of memory. Other work on the machine slows both alike.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
turns=${1:-5}
if [ $# -ge 2 ]; then
  empo=$2
else
  swift build --package-path "$package" -c release --product empo >/dev/null
  empo=$(swift build --package-path "$package" -c release --show-bin-path)/empo
fi
elements=494032768
bytes=$((2 * elements))
rounds=6
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cc -O2 -o "$folder/plain" "$package/scripts/evidence/broadcast/plain.c" -lzmq -lpthread

"$empo" bench broadcast --bytes 0 --elements "$elements" | tee "$folder/delta"
share=$(jq .delta_share "$folder/delta")

# The median of the numbers read.
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

ratios=()
for ((turn = 1; turn <= turns; turn++)); do
  "$empo" bench broadcast --bytes "$bytes" --rounds "$rounds" --elements 0 >"$folder/ours" 2>/dev/null
  "$folder/plain" "$bytes" "$rounds" >"$folder/plain.txt"
  ours=$(jq .mb_per_s "$folder/ours")
  plain=$(tail -n +2 "$folder/plain.txt" | awk '{ print $1 }' | median)
  plain_cpu=$(tail -n +2 "$folder/plain.txt" | awk -v gb="$bytes" '{ print $2 / gb * 1e9 }' | median)
  ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $plain }")
  ratios+=("$ratio")
  echo "turn $turn: key frame $ours MB/s (the first $(jq .first_mb_per_s "$folder/ours"), $(jq .cpu_s_per_gb "$folder/ours") CPU s/GB)," \
    "plain libzmq $plain MB/s (the first $(head -n 1 "$folder/plain.txt" | cut -d' ' -f1), $plain_cpu CPU s/GB), ratio $ratio"
done
ratio=$(printf '%s\n' "${ratios[@]}" | median)
echo "median ratio $ratio"
awk "BEGIN { exit !($share <= 0.05 && $ratio >= 0.70) }" || {
  echo "broadcast.sh: a delta takes $share of the key frame (at most 0.05), a key frame travels at $ratio of the plain speed (at least 0.70)" >&2
  exit 1
}
