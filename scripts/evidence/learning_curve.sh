#!/usr/bin/env bash
# The demonstration and its control, one after the other: trains on the embedded questions with EMPO's reward and with random
# rewards, draws both curves into one picture, and prints both tables of before and after. About two minutes on 2 cores.
# Usage: scripts/evidence/learning_curve.sh [PICTURE.svg] [arguments of empo train, such as --seed 1]
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
picture=${1:-learning-curve.svg}
shift || true
swift build --package-path "$package" -c release --product empo >/dev/null
empo=$(swift build --package-path "$package" -c release --show-bin-path)/empo
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

for reward in empo random; do
  echo "==> empo train --reward $reward $*"
  "$empo" train --run "$runs/$reward" --reward "$reward" "$@" >"$runs/$reward.log"
  sed -n '/held-out questions/,/response length/p' "$runs/$reward.log"
  grep -o '"policy_sha256"[^,]*' "$runs/$reward/report.json"
done
"$empo" plot "$runs/empo" --control "$runs/random" --output "$picture"
