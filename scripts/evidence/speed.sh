#!/usr/bin/env bash
# Sampling, updates and whole steps against peers, in turn on this machine, with 2 threads: medians, ratios and their spread, a block of lines a
# row. Other work on the machine spoils the figures.
#
#   scripts/evidence/speed.sh PEERS SMALL LARGE [ROUNDS]
#
# PEERS is a folder that scripts/peers/setup.sh made. SMALL and LARGE are model folders, such as SmolLM2-135M and Qwen2.5-0.5B; LARGE may be
# "none". ROUNDS is 5 by default. EMPO names another program. Takes about an hour for LARGE, and ten minutes without it.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ $# -ge 3 ] || { echo "speed.sh: error: expected PEERS SMALL LARGE [ROUNDS], see its first lines" >&2; exit 2; }
peers=$1 small=$2 large=$3 rounds=${4:-5}
empo=${EMPO:-$package/.build/release/empo}
[ -x "$empo" ] || { echo "speed.sh: error: there is no $empo: build with swift build -c release --product empo" >&2; exit 1; }
cd "$package"
grep -m1 "model name" /proc/cpuinfo | sed 's/.*: //'

row() {
  local name=$1
  shift
  echo "== $name"
  "$empo" bench "$@" --threads 2 --peers "$peers" --rounds "$rounds" 2>&1
}

shape=(--groups 8 --responses 8 --prompt 96 --response 128 --steps 1)
row "sampling, small, float32" rollout "$small" --prompts 4 --group 16 --prompt 64 --new 32 --vs transformers_generate
row "update, small, float32" learner "$small" "${shape[@]}" --vs pytorch_update
row "whole step, small, float32" step "$small" --prompts 2 --group 16 --new 32 --vs trl_step
if [ "$large" != none ]; then
  row "update, large, bfloat16" learner "$large" --dtype bfloat16 "${shape[@]}" --vs pytorch_update
  row "update, large, bfloat16, adapters of rank 16" learner "$large" --dtype bfloat16 --lora 16 "${shape[@]}" --vs pytorch_update
fi
