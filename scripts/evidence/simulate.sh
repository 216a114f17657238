#!/usr/bin/env bash
# Runs whole clusters in simulation, each on its seed, and checks that every run ends at the weights of an undisturbed one.
#
#   scripts/evidence/simulate.sh [COUNT [FIRST_SEED]]    many, on all cores (2,000 from seed 0); prints how often each fault was tried
#   scripts/evidence/simulate.sh trace SEED [BUG]        one, with everything that happens; BUG plants a bug
#   scripts/evidence/simulate.sh bugs [COUNT]            looks for each of the planted bugs
#
# Before many, a few hundred seeds run in two processes: the course of a run must not depend on a process's hash seeds.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ -n ${SIMULATE:-} ]]; then
  simulate=$SIMULATE
else
  swift build -c release --product simulate-cluster >&2
  simulate=$(swift build -c release --show-bin-path)/simulate-cluster
fi
[[ -x $simulate ]] || { echo "simulate: $simulate is not there" >&2; exit 1; }

if [[ ${1:-2000} =~ ^[0-9]+$ ]]; then
  history() { "$simulate" 300 "${1:-0}" | grep -o 'history [0-9a-f]*'; }
  first=$(history "${2:-0}") second=$(history "${2:-0}")
  [[ $first == "$second" ]] || { echo "simulate: the same seeds gave two histories ($first, $second)" >&2; exit 1; }
fi
exec "$simulate" "$@"
