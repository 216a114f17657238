#!/usr/bin/env bash
# Sets a one-machine Slurm up (munge, slurmctld, slurmd) and runs cluster/slurm on it: a learner and an array of workers. A
# worker is killed, and the learner and a worker are requeued, in the middle; the run must end with the weights of `empo train`.
#
#   scripts/checks/slurm.sh
#
# It needs root, and Debian's packages munge, slurmctld, slurmd and slurm-client (installed where they are missing). Configuration,
# keys, state and ports are its own, in a temporary folder; a Slurm that is set up here already is left alone. EMPO names another
# executable.
set -euo pipefail
cd "$(dirname "$0")/../.."
[[ $(id -u) == 0 ]] || { echo "slurm: needs root, for munged and slurmd" >&2; exit 1; }
PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sbatch; do
  command -v "$tool" >/dev/null && continue
  command -v apt-get >/dev/null || { echo "slurm: there is no $tool: install munge and Slurm" >&2; exit 1; }
  # RUNLEVEL keeps the packages from starting daemons of the system's own.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends munge slurmctld slurmd slurm-client >/dev/null
done

steps=60
source scripts/checks/trial.sh
chmod 755 "$folder"
daemons=()
finish() {
  local status=$?
  scancel --user=root --full >/dev/null 2>&1 || true
  for pid in $(members all) "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
  sleep 1
  for pid in $(members all) "${daemons[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  if ((status == 0)); then rm -rf "$folder"; else echo "slurm: logs are kept in $folder" >&2; fi
}
trap finish EXIT
trap 'exit 1' TERM INT

node=$(hostname -s)
base=$((20000 + RANDOM % 9000))
mkdir -p "$folder"/{munge,state,spool}
chmod 700 "$folder/munge"
head -c 1024 /dev/urandom >"$folder/munge/key"
chmod 400 "$folder/munge/key"
munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge.socket" --pid-file="$folder/munge/pid" \
  --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" >"$folder/munged.txt" 2>&1 &
daemons+=($!)
await test -S "$folder/munge.socket"

# No cgroups, which a container may not have. A requeued job may start after cred_expire seconds.
cat >"$folder/slurm.conf" <<CONF
ClusterName=empo
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$base
SlurmdPort=$((base + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
JobRequeue=1
KillWait=10
MinJobAge=10
MailProg=/bin/true
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmctldTimeout=30
SlurmdTimeout=60
SchedulerParameters=sched_interval=2,batch_sched_delay=0
NodeName=$node NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf
slurmctld -D -c -f "$SLURM_CONF" >"$folder/slurmctld.txt" 2>&1 &
daemons+=($!)
slurmd -D -c -f "$SLURM_CONF" -N "$node" >"$folder/slurmd.txt" 2>&1 &
daemons+=($!)
is_up() { [[ $(sinfo --noheader --format=%T 2>/dev/null) == idle ]]; }
await is_up
echo "$(slurmctld -V) is up on $node"

is_running() { [[ $(squeue --noheader --jobs="$1" --format=%T 2>/dev/null) == RUNNING ]]; }
is_gone() { [[ -z $(squeue --noheader --jobs="$1" --format=%T 2>/dev/null) ]]; }
is_there() { [[ -n $(members "$1") ]]; }

undisturbed

export EMPO=$empo LOOK_SECONDS=1 LEARNER_OPTIONS=--insecure
slurm=$PWD/cluster/slurm
cd "$folder"
learner=$(sbatch --parsable "$slurm/run.sbatch" "$folder/run" "$folder/run.yaml")
workers=$(sbatch --parsable --array=1-2 "$slurm/workers.sbatch" "$learner")
await steps_done run 2
await slay worker
echo "after $(grep -c . run/metrics.jsonl) steps: killed a worker"
await steps_done run 6
scontrol requeue "$learner"
echo "after $(grep -c . run/metrics.jsonl) steps: requeued the learner"
await is_running "$learner"
await is_there learner
steps=$(grep -c . run/metrics.jsonl)
await steps_done run $((steps + 3))
scontrol requeue "${workers}_1"
echo "after $(grep -c . run/metrics.jsonl) steps: requeued a worker"
await is_gone "$learner"
await is_gone "$workers"
[[ -e run/report.json ]] || { cat empo-learner-*.log >&2; fail "the run has no report"; }
grep -q "goes on after step" empo-learner-"$learner".log || fail "the requeued learner did not continue the run"
[[ $(digest run) == "$expected" ]] || fail "another digest: $(digest run)"
echo "Slurm, killed and requeued:      $(digest run)"
echo "all well"
