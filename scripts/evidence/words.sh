#!/usr/bin/env bash
# A real model that learns word problems from questions alone: adapters on easy and hard problems mixed, the boxed prompt, a limit of 512 tokens,
# which cuts nothing off. Every ARM is trained (or gone on with, after a stop), then measured on problems that were held out, greedy and at
# temperature 1, and greedily on what it was not trained on: 60 short questions of MATH-500 and the 30 general ones of words/general.jsonl. At the
# end come the tables, and what `empo compare` says of each against the base. An arm is base, or REWARD-SEED-STEPS, such as empo-0-40.
# Usage: words.sh MODEL PROBLEMS MATH500 RUNS [ARM ...]; by default base empo-0-40 random-format-0-20. MODEL is a folder, such as that of
# Qwen2.5-Coder-0.5B-Instruct; PROBLEMS has questions.jsonl, hard-questions.jsonl, held-out.jsonl and hard-held-out.jsonl; RUNS keeps everything,
# and a second call goes on where the first was stopped. EMPO names another executable than the built one; SAMPLES the samples at temperature 1 (2),
# QUESTIONS the questions of a step (6), RATE the learning rate (2e-4), TEMPERATURE that of the training's samples (1), FLOOR the least share of a
# group in its largest cluster of answers (0.5). Only the reward `accuracy` sees answers, worked out from the questions by words/answers.py. On 2
# cores half an hour to an hour for 40 steps of a model of 0.5 B, and 7 to 12 minutes for each measurement. Needs Python.
set -euo pipefail
[[ $# -ge 4 ]] || { sed -n '2,11p' "$0" >&2; exit 1; }
here=$(dirname "$(readlink -f "$0")")
empo=$(readlink -f "${EMPO:-$here/../../.build/release/empo}")
[[ -x $empo ]] || { echo "words.sh: error: $empo is not there: build with swift build -c release --product empo" >&2; exit 1; }
model=$(readlink -f "$1") problems=$(readlink -f "$2") math=$(readlink -f "$3")
mkdir -p "$4"
cd "$4"
shift 4
[[ $# -gt 0 ]] || set -- base empo-0-40 random-format-0-20
common=(--prompt boxed --max-tokens 512)

python3 - "$problems" "$math" <<'PYTHON'
import json, random, re, sys

problems, math = sys.argv[1:]
read = lambda path: [json.loads(line) for line in open(path)]
mixed = read(f"{problems}/questions.jsonl")[:300] + read(f"{problems}/hard-questions.jsonl")[:300]
random.Random(1).shuffle(mixed)
# Questions with short words and whole numbers for answers, which the model answers in few tokens.
short = [line for line in read(math) if re.fullmatch(r"-?\d+", line["answer"]) and len(line["question"]) <= 120][:60]
for name, lines in ("questions", mixed), ("math", short):
    with open(f"{name}.jsonl", "w") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
PYTHON
cp "$problems/held-out.jsonl" easy.jsonl
cp "$problems/hard-held-out.jsonl" hard.jsonl
cp "$here/words/general.jsonl" general.jsonl

for arm; do
  target=$model
  if [[ $arm != base ]]; then
    steps=${arm##*-} rest=${arm%-*}
    seed=${rest##*-} reward=${rest%-*} target=$arm questions=questions.jsonl
    if [[ $reward == accuracy ]]; then
      questions=labelled.jsonl
      "$here/words/answers.py" questions.jsonl >"$questions"
    fi
    if [[ ! -f $arm/report.json ]]; then
      if [[ -f $arm/config.yaml ]]; then
        set_out=(--resume "$arm")
      else
        set_out=(--run "$arm" --model "$model" --questions "$questions" "${common[@]}" --learning-rate "${RATE:-2e-4}" --reward "$reward"
          --temperature "${TEMPERATURE:-1}" --filter-minimum-confidence "${FLOOR:-0.5}" --seed "$seed" --steps "$steps"
          --questions-per-step "${QUESTIONS:-6}" --group-size 8 --workers 1 --worker-max-sequences 48 --checkpoint-every 5)
      fi
      "$empo" train "${set_out[@]}" >>"$arm.log" 2>&1 || { tail -n 3 "$arm.log" >&2; exit 1; }
    fi
  fi
  at=()
  [[ $arm == base ]] || at=(--at last)
  measure() { "$empo" eval "$target" "${at[@]}" "${common[@]}" --arithmetic bf16 --out "$arm-$1.jsonl" "${@:2}" >"$arm-$1.txt" 2>>"$arm.log"; }
  measure words --questions easy.jsonl,hard.jsonl --samples "${SAMPLES:-2}"
  measure other --questions math.jsonl,general.jsonl --samples 0
done
for arm; do
  echo "== $arm"
  cat "$arm-words.txt" "$arm-other.txt"
  [[ $arm == base || ! -f base-words.jsonl ]] || for kind in words other; do "$empo" compare "base-$kind.jsonl" "$arm-$kind.jsonl"; done
done
