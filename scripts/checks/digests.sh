#!/usr/bin/env bash
# Prints policy_sha256 of seven runs that between them use every part of a run's arithmetic: the demonstration, SmolLM2-135M's shape in
# bfloat16 (random weights of seed 135) in both arithmetics and by adapters, lag 0, GSPO with a KL penalty, and adapters with one. A change that
# moves code and no bits leaves all as they were, and so does another processor: --expect FILE compares with an earlier output, or another host's.
# Usage: digests.sh [--empo BINARY] [--expect FILE] [--quick]. Takes about two minutes; --quick leaves the demonstration out.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
empo= expect= quick=
while [ $# -gt 0 ]; do
  case $1 in
    --empo) empo=$2; shift 2 ;;
    --expect) expect=$2; shift 2 ;;
    --quick) quick=yes; shift ;;
    *) echo "digests.sh: error: unknown argument $1: expected --empo BINARY, --expect FILE or --quick" >&2; exit 2 ;;
  esac
done
if [ -z "$empo" ]; then
  swift build --package-path "$package" -c release --product empo >/dev/null
  empo=$(swift build --package-path "$package" -c release --show-bin-path)/empo
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT


run() {
  local name=$1
  shift
  "$empo" train "$@" --run "$folder/$name" >"$folder/$name.log" 2>&1 || {
    echo "digests.sh: error: the run $name failed:" >&2
    tail -n 5 "$folder/$name.log" >&2
    exit 1
  }
  echo "$name $(sed -n 's/.*"policy_sha256" *: *"\([0-9a-f]*\)".*/\1/p' "$folder/$name/report.json")"
}

all() {
  local small="steps: 4
questions_per_step: 4
group_size: 8
held_out: none
optimizer: {learning_rate: 2e-4, warmup_steps: 1}
sampling: {max_new_tokens: 48}"
  [ -n "$quick" ] || run demonstration
  python3 "$package/scripts/fixtures/shape_135m.py" "$folder/model" "$(dirname "$(readlink -f "$empo")")"
  printf '%s\n' "model: $folder/model" "questions: embedded" "dtype: bfloat16" "steps: 2" "questions_per_step: 2" "group_size: 4" \
    "held_out: none" "reward: random" "whole_response: true" "judge: exact" "filter: {minimum_confidence: 0}" \
    "sampling: {max_new_tokens: 12}" "optimizer: {learning_rate: 1e-4, warmup_steps: 1}" >"$folder/bf16.yaml"
  run shape-135m-exact "$folder/bf16.yaml" --train full --arithmetic exact
  run shape-135m-bf16 "$folder/bf16.yaml" --train full --arithmetic bf16
  run shape-135m-lora "$folder/bf16.yaml" --train lora --arithmetic bf16
  printf '%s\n' "$small" "lag: 0" >"$folder/lag0.yaml"
  run lag-0 "$folder/lag0.yaml"
  printf '%s\n' "$small" "loss: sequence-ratio" "kl: 0.05" "minibatches: 2" >"$folder/gspo.yaml"
  run gspo-kl "$folder/gspo.yaml"
  run lora-kl "$folder/gspo.yaml" --train lora --lora-rank 5 --lora-targets q_proj,up_proj,down_proj
}
all | tee "$folder/found"
if [ -n "$expect" ]; then
  grep -Ff "$folder/found" "$expect" >/dev/null && diff <(sort "$folder/found") <(sort "$expect" | grep -F "$(cut -d' ' -f1 "$folder/found")") ||
    { echo "digests.sh: error: digests differ from $expect" >&2; exit 1; }
  echo "as in $expect"
fi
