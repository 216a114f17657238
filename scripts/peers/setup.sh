#!/usr/bin/env bash
# Makes the folder of `empo bench … --peers DIR`: a Python with PyTorch, transformers, TRL and peft in DIR/venv, in which the scripts beside
# this one run. Usage: scripts/peers/setup.sh DIR; needs python3 with venv and the network, and some minutes.
set -euo pipefail
dir=${1:?usage: scripts/peers/setup.sh DIR}
mkdir -p "$dir"
if [[ ! -x $dir/venv/bin/python ]]; then python3 -m venv "$dir/venv"; fi
"$dir/venv/bin/pip" install --quiet torch transformers accelerate datasets trl peft
"$dir/venv/bin/python" -c 'import peft, torch, transformers, trl
print("torch", torch.__version__, "transformers", transformers.__version__, "trl", trl.__version__, "peft", peft.__version__)'
