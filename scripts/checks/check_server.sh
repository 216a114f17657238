#!/usr/bin/env bash
# Checks `empo serve` with widely used clients: the openai package and EleutherAI's lm_eval, over HTTP, on this machine.
# Usage: scripts/checks/check_server.sh [MODEL_FOLDER]; by default the model that ships with empo. EMPO_PYTHON chooses the Python; without
# openai and lm_eval in it, they are fetched into .build/python-server. Prints a line for each check; ends with 1 if anything differs.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
swift build --package-path "$package" -c release --product empo >/dev/null
binaries=$(swift build --package-path "$package" -c release --show-bin-path)
model=${1:-$binaries/empo_Demonstration.resources/EmbeddedModel}

python=${EMPO_PYTHON:-python3}
has() { "$1" -c 'import aiohttp, lm_eval, openai, requests, tenacity, transformers' >/dev/null 2>&1; }
if ! has "$python"; then
  environment=$package/.build/python-server
  if ! has "$environment/bin/python"; then
    echo "==> fetching openai, lm_eval and transformers for $python"
    "$python" -m venv "$environment"
    "$environment/bin/pip" install --quiet openai 'lm_eval[api]' transformers
  fi
  python=$environment/bin/python
fi
exec "$python" "$package/scripts/checks/check_server.py" "$binaries/empo" "$model"
