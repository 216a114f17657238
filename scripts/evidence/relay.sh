#!/usr/bin/env bash
# The traffic that leaves the learner's host, with workers that fetch their weights from it and with the same workers behind a relay: bytes
# of a whole run, counted by the learner's network interface, in a network namespace of its own. The policies must come out the same.
# Usage: scripts/evidence/relay.sh [WORKERS [EMPO]]; needs root, iproute2 and jq.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
workers=${1:-8}
empo=${2:-}
if [ -z "$empo" ]; then
  swift build --package-path "$package" -c release --product empo >/dev/null
  empo=$(swift build --package-path "$package" -c release --show-bin-path)/empo
fi
[ "$(id -u)" = 0 ] && command -v ip >/dev/null || { echo "relay.sh: needs root and iproute2" >&2; exit 77; }
folder=$(mktemp -d)
space=empo-relay-$$
link=empo$$
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  ip link delete "$link" 2>/dev/null || true
  ip netns delete "$space" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
ip netns add "$space"
ip link add "$link" type veth peer name learner0 netns "$space"
ip address add 10.219.77.1/30 dev "$link"
ip link set "$link" up
ip -n "$space" address add 10.219.77.2/30 dev learner0
ip -n "$space" link set learner0 up
ip -n "$space" link set lo up

cd "$folder"
"$empo" pretrain model --steps 4 --threads 1 >/dev/null 2>&1
cat >run.yaml <<'YAML'
model: model
questions: embedded
prompt_template: qa
held_out: none
steps: 12
questions_per_step: 16
group_size: 4
sampling:
  max_new_tokens: 16
filter:
  minimum_confidence: 0
optimizer:
  learning_rate: 2e-4
learner:
  listen: tcp://10.219.77.2:5555
  publish: tcp://10.219.77.2:5556
YAML

# Runs once; sets `left` to the bytes that left the learner's host.
run() {
  local name=$1 relay=("${@:2}") before after
  before=$(cat "/sys/class/net/$link/statistics/rx_bytes")
  ip netns exec "$space" "$empo" train run.yaml --run "$name" --workers 0 --insecure >"$name.out" 2>"$name.err" &
  local learner=$!
  pids+=("$learner")
  until grep -q "learner at" "$name.out"; do sleep 0.1; done
  if [ ${#relay[@]} -gt 0 ]; then
    "$empo" relay --connect tcp://10.219.77.2:5555 --listen tcp://127.0.0.1:5557 >"$name-relay.out" 2>"$name-relay.err" &
    pids+=($!)
  fi
  for ((worker = 1; worker <= workers; worker++)); do
    "$empo" worker --connect tcp://10.219.77.2:5555 --name "w-$worker" --threads 1 "${relay[@]}" >/dev/null 2>"$name-w$worker.err" &
    pids+=($!)
  done
  wait "$learner"
  after=$(cat "/sys/class/net/$link/statistics/rx_bytes")
  left=$((after - before))
}

run direct
direct=$left
run relayed --relay tcp://127.0.0.1:5557
relayed=$left
awk "BEGIN { printf \"%d workers: %.1f MB left the learner, %.1f MB with a relay, %.1f times less\n\", \
  $workers, $direct / 1e6, $relayed / 1e6, $direct / $relayed }"
if [ "$(jq -r .policy_sha256 direct/report.json)" != "$(jq -r .policy_sha256 relayed/report.json)" ]; then
  echo "relay.sh: the policies differ" >&2
  exit 1
fi
echo "the same policy: $(jq -r .policy_sha256 direct/report.json)"
