#!/usr/bin/env bash
# Kills processes of a run at random moments and checks that the run ends with the weights of an undisturbed one.
#
#   scripts/chaos.sh [ROUNDS] [SEED]
#
# A round starts `empo train`, sends kill -9 to its supervisor, its learner or one of its workers a few times, goes on with
# `empo train --resume` whenever no supervisor is left, and compares policy_sha256 in report.json. ROUNDS is 10 by default; SEED
# decides what is killed and when, and is printed. EMPO names another executable, CHAOS_STEPS another length of the run.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-10}
seed=${2:-$(date +%s)}
empo=${EMPO:-.build/release/empo}
steps=${CHAOS_STEPS:-12}
[[ $rounds =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]] || { echo "usage: scripts/chaos.sh [ROUNDS] [SEED]" >&2; exit 2; }
[[ -x $empo ]] || { echo "chaos: $empo is not there: build with swift build -c release --product empo" >&2; exit 1; }
# Children are found by the executable they run, whose path has no links.
empo=$(readlink -f "$empo")
# RANDOM's own seed has 15 bits that matter.
RANDOM=$((seed % 32768))

folder=$(mktemp -d)
supervisor=
finish() {
  local status=$?
  for pid in $(members all) $supervisor; do kill -9 "$pid" 2>/dev/null || true; done
  if ((status == 0)); then rm -rf "$folder"; else echo "chaos: run folders and output are kept in $folder" >&2; fi
}

# The processes of this script's runs in a role: learner, worker or all.
members() {
  local process executable
  for process in /proc/[0-9]*; do
    executable=$(readlink "$process/exe" 2>/dev/null) || continue
    [[ ${executable% (deleted)} == "$empo" ]] || continue
    # Learners name the run folder; workers inherit the mark from their supervisor.
    tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qx "CHAOS_FOLDER=$folder" || continue
    [[ $1 == all ]] || tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -q "^[^ ]* $1 " || continue
    echo "${process#/proc/}"
  done
}
trap finish EXIT

cat >"$folder/chaos.yaml" <<CONFIG
steps: $steps
questions_per_step: 8
group_size: 8
held_out: none
checkpoint_every: 3
lease_seconds: 3
heartbeat_seconds: 0.3
restart_budget: 1000
sampling:
  max_new_tokens: 48
CONFIG

digest() { sed -n 's/.*"policy_sha256" : "\([0-9a-f]*\)".*/\1/p' "$1/report.json" 2>/dev/null || true; }

start() {
  CHAOS_FOLDER=$folder "$empo" train "$@" </dev/null >>"$output" 2>&1 &
  supervisor=$!
}

# Waits up to so many seconds for the supervisor; prints nothing and fails when it is still there.
ended_within() {
  local tenths=$(($1 * 10))
  while kill -0 "$supervisor" 2>/dev/null; do
    ((tenths-- > 0)) || return 1
    sleep 0.1
  done
}

output=$folder/undisturbed.txt
SECONDS=0
CHAOS_FOLDER=$folder "$empo" train "$folder/chaos.yaml" --run "$folder/undisturbed" </dev/null >"$output" 2>&1 || { cat "$output" >&2; exit 1; }
expected=$(digest "$folder/undisturbed")
span=$(((SECONDS + 1) * 1000))
echo "seed $seed, $steps steps, undisturbed: ${SECONDS} s, policy_sha256 $expected"
printf '%-6s %-8s %-7s %-44s %s\n' round seconds resumes kills digest

equal=0
for ((round = 1; round <= rounds; round++)); do
  run=$folder/round-$round output=$folder/round-$round.txt kills='' resumes=0
  SECONDS=0
  start "$folder/chaos.yaml" --run "$run"
  for ((left = 1 + RANDOM % 4; left > 0; left--)); do
    pause=$((RANDOM % (span / 4)))
    roles=(supervisor learner worker)
    role=${roles[RANDOM % 3]} pick=$RANDOM
    sleep "$((pause / 1000)).$(printf %03d $((pause % 1000)))"
    kill -0 "$supervisor" 2>/dev/null || break
    if [[ $role == supervisor ]]; then
      victims=("$supervisor")
    else
      mapfile -t victims < <(members "$role")
    fi
    ((${#victims[@]})) || continue
    kill -9 "${victims[pick % ${#victims[@]}]}" 2>/dev/null || continue
    kills+="$role@${pause}ms "
    if [[ $role == supervisor ]]; then
      wait "$supervisor" 2>/dev/null || true
      resumes=$((resumes + 1))
      # A run that was killed before its configuration was written has not begun.
      if [[ -e $run/config.yaml ]]; then start --resume "$run"; else rm -rf "$run" && start "$folder/chaos.yaml" --run "$run"; fi
    fi
  done
  if ! ended_within 120; then
    found='does not end'
  else
    wait "$supervisor" 2>/dev/null || true
    found=$(digest "$run")
  fi
  # Children of a killed supervisor have a moment to notice.
  for ((tries = 0; tries < 50; tries++)); do
    [[ -n $(members all) ]] || break
    sleep 0.1
  done
  orphans=$(members all | wc -l)
  if [[ $found == "$expected" && $orphans == 0 ]]; then
    equal=$((equal + 1)) verdict=equal
    rm -rf "$run" "$output"
  else
    verdict="${found:-no report} ($orphans processes left)"
  fi
  for pid in $(members all); do kill -9 "$pid" 2>/dev/null || true; done
  printf '%-6s %-8s %-7s %-44s %s\n' "$round" "$SECONDS" "$resumes" "${kills:-none}" "$verdict"
done
echo "digests equal in $equal of $rounds rounds (seed $seed)"
((equal == rounds))
