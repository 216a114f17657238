# The common part of the scripts that try real runs; they source it from the top of the repository. Sets `empo` (EMPO names another than
# the built one), `folder` (temporary) and `name` (the script's), writes $folder/run.yaml, and marks the processes of the trial by TRIAL.
name=$(basename "$0" .sh)
empo=$(readlink -f "${EMPO:-.build/release/empo}")
[[ -x $empo ]] || { echo "$name: $empo is not there: build with swift build -c release --product empo" >&2; exit 1; }
folder=$(mktemp -d)
export TRIAL=$folder
cat >"$folder/run.yaml" <<CONFIG
steps: ${TRIAL_STEPS:-$steps}
questions_per_step: 8
group_size: 8
held_out: none
checkpoint_every: 3
lease_seconds: 3
heartbeat_seconds: 0.3
sampling:
  max_new_tokens: 48
CONFIG

fail() { echo "$name: FAILED: $*" >&2; exit 1; }

# The trial's processes in a role: learner, worker or all.
members() {
  local process
  for process in /proc/[0-9]*; do
    [[ $(readlink "$process/exe" 2>/dev/null) == "$empo" ]] || continue
    tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qx "TRIAL=$folder" || continue
    [[ $1 == all ]] || tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -q "^[^ ]* $1 " || continue
    echo "${process#/proc/}"
  done
}
none_left() { [[ -z $(members all) ]]; }

# Kills a process in a role; fails when there is none.
slay() { kill -9 "$(members "$1" | head -n 1)" 2>/dev/null; }

# Repeats a command for up to two minutes until it succeeds.
await() {
  local tries
  for ((tries = 0; tries < 1200; tries++)); do
    "$@" && return
    sleep 0.1
  done
  fail "waited in vain for: $*"
}

digest() { sed -n 's/.*"policy_sha256" : "\([0-9a-f]*\)".*/\1/p' "$1/report.json"; }

# Whether the run in a folder has done so many steps.
steps_done() { (($(grep -c . "$folder/$1/metrics.jsonl" 2>/dev/null || true) + 0 >= $2)); }

# Sets `expected` to the digest of an undisturbed run.
undisturbed() {
  "$empo" train "$folder/run.yaml" --run "$folder/plain" >"$folder/plain.txt" 2>&1 || { cat "$folder/plain.txt" >&2; exit 1; }
  expected=$(digest "$folder/plain")
  printf '%-46s %s\n' "empo train:" "$expected"
}
