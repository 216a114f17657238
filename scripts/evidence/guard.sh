#!/usr/bin/env bash
# What the guard does in healthy runs and in one that gets worse, without looking at a label: the demonstration with some seeds, and the weaker base
# model (empo pretrain weak --seed 0) at five times the learning rate, each with the guard off and with `guard: stop`. Held-out accuracy is measured every other
# step, to show what the guard does; `guard_tolerance: 1` keeps the guard from reading it. Prints the best accuracy, that at the guard's stop,
# and the model that empo export takes. About a minute a run on 2 cores, after two minutes for the base model.
# Usage: guard.sh [SEEDS, such as "0 1 2"] [RUNS, a folder to keep]; EMPO names another executable than the built one. Needs Python.
set -euo pipefail
cd "$(dirname "$0")/../.."
seeds=${1:-0 1 2}
empo=$(readlink -f "${EMPO:-.build/release/empo}")
[[ -x $empo ]] || { echo "guard.sh: error: $empo is not there: build with swift build -c release --product empo" >&2; exit 1; }
if [[ $# -ge 2 ]]; then
  folder=$2
  mkdir -p "$folder"
else
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi
folder=$(readlink -f "$folder")
cd "$folder"
[[ -d weak ]] || "$empo" pretrain weak --seed 0 >pretrain.log 2>&1 || { tail -n 3 pretrain.log >&2; exit 1; }
cat >weak.yaml <<'YAML'
model: weak
questions: embedded
held_out: embedded
prompt_template: qa
train: full
steps: 50
questions_per_step: 32
group_size: 16
judge: exact
sampling: {max_new_tokens: 64}
optimizer: {learning_rate: 0.001}
micro_batch_tokens: 2048
worker: {max_sequences: 128}
YAML
common=(--evaluate-every 2 --checkpoint-every 2 --keep-checkpoints 1 --guard-tolerance 1)

run() {
  local name=$1
  shift
  [[ -f $name/report.json ]] || "$empo" train "$@" "${common[@]}" --run "$name" >"$name.log" 2>&1 || { tail -n 3 "$name.log" >&2; exit 1; }
}

for seed in $seeds; do
  run "healthy-$seed" --seed "$seed" --guard stop
  run "weak-off-$seed" weak.yaml --seed "$seed" --guard off
  run "weak-stop-$seed" weak.yaml --seed "$seed" --guard stop
done
python3 - $seeds <<'PYTHON'
import json, sys

print(f"{'run':14} {'best':>12} {'last':>12} {'exported':>12}  alarms")
for seed in sys.argv[1:]:
    for kind in ("healthy", "weak-off", "weak-stop"):
        name = f"{kind}-{seed}"
        lines = [json.loads(line) for line in open(name + "/metrics.jsonl")]
        accuracy = {line["policy_version"]: 100 * line["greedy"] for line in lines if "greedy" in line}
        report = json.load(open(name + "/report.json"))
        last, best = report["steps"], max(accuracy, key=lambda version: (accuracy[version], version))
        exported = report.get("best", {}).get("policy_version", last)
        cells = [f"{accuracy[version]:.1f} @ {version}" for version in (best, last, exported)]
        print(f"{name:14} {cells[0]:>12} {cells[1]:>12} {cells[2]:>12}  " + "; ".join(report.get("guard", {}).get("alarms", [])))
PYTHON
