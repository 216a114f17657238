#!/usr/bin/env bash
# The run that gets worse, under several rewards: a weak base model (empo pretrain --seed 0), the demonstration's settings with five times its
# learning rate and --judge exact. Prints held-out accuracy, response length and semantic entropy every ten steps, for each seed of the run.
# Usage: scripts/evidence/evol.sh [STEPS [SEED ...]]; by default 50 steps of seed 0, a minute a run. REWARDS names the rewards, EMPO another
# executable than the built one, MODEL a weak base model that is there already. Needs Python.
set -euo pipefail
cd "$(dirname "$0")/../.."
steps=${1:-50}
shift || true
[[ $# -gt 0 ]] || set -- 0
empo=$(readlink -f "${EMPO:-.build/release/empo}")
[[ -x $empo ]] || { echo "evol.sh: error: $empo is not there: build with swift build -c release --product empo" >&2; exit 1; }
read -ra rewards <<<"${REWARDS:-empo majority evol}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
model=${MODEL:-$folder/weak}
[[ -n ${MODEL-} ]] || "$empo" pretrain "$model" --seed 0 >"$folder/pretrain.log" 2>&1
# The demonstration's settings, which are not the defaults for a model's folder.
printf '%s\n' "model: $(readlink -f "$model")" "questions: embedded" "held_out: embedded" "prompt_template: qa" "steps: $steps" \
  "questions_per_step: 32" "group_size: 16" "train: full" "judge: exact" "optimizer: {learning_rate: 1e-3}" \
  "sampling: {max_new_tokens: 64}" "micro_batch_tokens: 2048" "worker: {max_sequences: 128}" >"$folder/weak.yaml"

for seed; do
  for reward in "${rewards[@]}"; do
    run=$folder/$reward-$seed
    "$empo" train "$folder/weak.yaml" --reward "$reward" --seed "$seed" --run "$run" >"$run.log" 2>&1 || { tail -n 3 "$run.log" >&2; exit 1; }
  done
done
python3 - "$folder" "${rewards[*]}" "$@" <<'PYTHON'
import json, sys

folder, rewards, seeds = sys.argv[1], sys.argv[2].split(), sys.argv[3:]
for seed in seeds:
    for reward in rewards:
        lines = [json.loads(line) for line in open(f"{folder}/{reward}-{seed}/metrics.jsonl")]
        measured = {line["policy_version"]: line["greedy"] for line in lines if "greedy" in line}
        trained = {line["step"] + 1: line for line in lines if "step" in line}
        at = [version for version in sorted(measured) if version in trained]
        print(f"\nseed {seed}, reward {reward}: best {100 * max(measured.values()):.1f} %, last {100 * measured[max(measured)]:.1f} %")
        print("step            " + "".join(f"{version:8d}" for version in [0] + at))
        print("accuracy, %     " + "".join(f"{100 * measured[version]:8.1f}" for version in [0] + at if version in measured))
        for name, key in [("length, tokens ", "length"), ("entropy, nats  ", "semantic_entropy"), ("dropped, of 32 ", "dropped_groups")]:
            print(f"{name} {'':8}" + "".join(f"{trained[version][key]:8.2f}" for version in at))
PYTHON
