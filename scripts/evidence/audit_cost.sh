#!/usr/bin/env bash
# Prints what checks cost: the median seconds of a step with audit 0, 0.02 and 1, of the embedded model and of SmolLM2-135M's shape in
# bfloat16 (random weights), with one learner and three workers on this host. The runs take turns, so that a neighbour disturbs all alike.
# Usage: audit_cost.sh [TURNS]; EMPO names another executable than the built one. Needs Python.
set -euo pipefail
cd "$(dirname "$0")/../.."
turns=${1:-3}
empo=$(readlink -f "${EMPO:-.build/release/empo}")
[[ -x $empo ]] || { echo "audit_cost.sh: error: $empo is not there: build with swift build -c release --product empo" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 scripts/fixtures/shape_135m.py "$folder/model" "$(dirname "$empo")"
common="held_out: none
checkpoint_every: 100
worker: {threads: 1}
learner: {threads: 2}"
printf '%s\n' "$common" "steps: 12" >"$folder/embedded.yaml"
printf '%s\n' "$common" "model: $folder/model" "questions: embedded" "dtype: bfloat16" "steps: 3" "questions_per_step: 6" "group_size: 4" \
  "reward: random" "whole_response: true" "judge: exact" "filter: {minimum_confidence: 0}" "sampling: {max_new_tokens: 24}" >"$folder/135m.yaml"

for ((turn = 1; turn <= turns; turn++)); do
  for model in embedded 135m; do
    for audit in 0 0.02 1; do
      run=$folder/$model-$audit-$turn
      "$empo" train "$folder/$model.yaml" --audit "$audit" --workers 3 --run "$run" >"$run.log" 2>&1 || { tail -n 3 "$run.log" >&2; exit 1; }
    done
  done
done
python3 - "$folder" "$turns" <<'PYTHON'
import json, re, statistics, sys

folder, turns = sys.argv[1], int(sys.argv[2])
print(f"{'model':10} {'audit':>6} {'s/step':>8} {'of audit 0':>11}  digest")
for model in ("embedded", "135m"):
    base = None
    for audit in ("0", "0.02", "1"):
        seconds, digests = [], set()
        for turn in range(1, turns + 1):
            run = f"{folder}/{model}-{audit}-{turn}"
            lines = [json.loads(line) for line in open(run + "/metrics.jsonl")]
            # The first step also waits for the workers' start.
            seconds += [line["step_seconds"] for line in lines if "step_seconds" in line][1:]
            digests.add(re.search(r'"policy_sha256" : "(\w+)"', open(run + "/report.json").read())[1][:12])
        median = statistics.median(seconds)
        base = base or median
        print(f"{model:10} {audit:>6} {median:8.3f} {median / base:10.2f}x  {', '.join(sorted(digests))}")
PYTHON
