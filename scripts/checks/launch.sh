#!/usr/bin/env bash
# Runs `empo launch` against a real sshd on loopback, and checks its promises: a run on "two hosts", during which a worker and the
# learner are killed, ends with the weights of `empo train`; Ctrl-C writes a checkpoint and --resume continues; no process outlives a
# launch that is killed; every host that cannot be used is reported in one line.
#
#   scripts/checks/launch.sh
#
# It needs OpenSSH's server (installed where it is missing, if this is root on Debian), and leaves the system's own sshd and the
# user's ~/.ssh alone: port, host key, user key and known hosts are its own, in a temporary folder. EMPO names another executable.
set -euo pipefail
cd "$(dirname "$0")/../.."
sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd || true)
if [[ -z $sshd ]]; then
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || { echo "launch: no sshd: install openssh-server" >&2; exit 1; }
  # RUNLEVEL keeps the package from starting the system's own.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends openssh-server >/dev/null
  sshd=/usr/sbin/sshd
fi
[[ $(id -u) != 0 ]] || mkdir -p /run/sshd

steps=20
source scripts/checks/trial.sh
daemon='' launch=''
finish() {
  local status=$?
  for pid in $launch $daemon $(members all); do kill -9 "$pid" 2>/dev/null || true; done
  if ((status == 0)); then rm -rf "$folder"; else echo "launch: the output is kept in $folder" >&2; fi
}
trap finish EXIT
trap "exit 1" TERM INT

ssh-keygen -q -t ed25519 -N '' -f "$folder/host"
ssh-keygen -q -t ed25519 -N '' -f "$folder/user"
ssh-keygen -q -t ed25519 -N '' -f "$folder/stranger"
cp "$folder/user.pub" "$folder/authorized"
port=$((20000 + RANDOM % 20000))
cat >"$folder/sshd" <<SSHD
Port $port
ListenAddress 127.0.0.1
HostKey $folder/host
AuthorizedKeysFile $folder/authorized
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
MaxStartups 100
SSHD
"$sshd" -D -e -f "$folder/sshd" >"$folder/sshd.log" 2>&1 &
daemon=$!
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$folder/host.pub")" >"$folder/known"

hosts() {
  cat <<HOSTS
empo: $empo
ssh:
  user: $(id -un)
  port: $port
  identity: ${identity:-user}
  options: [UserKnownHostsFile=$folder/known, StrictHostKeyChecking=yes]
environment:
  TRIAL: $folder
learner:
  host: 127.0.0.1
  port: 0
workers:
  - host: 127.0.0.1
    name: first
    threads: 1
  - host: ${second:-127.0.0.1}
    name: second
    threads: 1
    ${extra:-}
HOSTS
}
hosts >"$folder/hosts.yaml"
begin() {
  (cd "$folder" && exec "$empo" launch --hosts hosts.yaml "${@:2}") >"$folder/$1.txt" 2>&1 </dev/null &
  launch=$!
}
ends_with() {
  local status=0
  wait "$launch" || status=$?
  launch=
  ((status == $2)) || { cat "$folder/$1.txt" >&2; fail "$1 ended with status $status, expected $2"; }
}

undisturbed

begin killed run.yaml --run "$folder/killed"
await steps_done killed 1
await slay worker
await steps_done killed 2
await slay learner
ends_with killed 0
grep -Eq "^worker [12] died of signal 9 \(SIGKILL\): restart 1 of 10$" "$folder/killed.txt" || fail "the worker's death was not reported"
grep -q "^learner died of signal 9 (SIGKILL): restart 1 of 10$" "$folder/killed.txt" || fail "the learner's death was not reported"
grep -q "^127.0.0.1 learner | step 1/" "$folder/killed.txt" || grep -q "^127.0.0.1 learner | " "$folder/killed.txt" || fail "no log lines"
[[ $(digest "$folder/killed") == "$expected" ]] || fail "another digest after kills"
echo "empo launch, a worker and the learner killed:  $(digest "$folder/killed")"

begin stopped run.yaml --run "$folder/stopped"
await steps_done stopped 2
kill -INT "$launch"
ends_with stopped 130
await none_left
grep -q "^to resume: empo launch --hosts hosts.yaml" "$folder/stopped.txt" || fail "the command that resumes the run was not printed"
begin resumed --run "$folder/stopped" --resume
await steps_done stopped 3
kill -9 "$launch"
wait "$launch" 2>/dev/null || true
launch=
SECONDS=0
await none_left
echo "a launch that is killed leaves no process:     after ${SECONDS} s"
begin again --run "$folder/stopped" --resume
ends_with again 0
[[ $(digest "$folder/stopped") == "$expected" ]] || fail "another digest after Ctrl-C and a killed launch"
echo "empo launch, interrupted, killed and resumed:  $(digest "$folder/stopped")"

refused() {
  begin "$1" run.yaml --run "$folder/$1"
  ends_with "$1" 1
  grep -q "$2" "$folder/$1.txt" || { cat "$folder/$1.txt" >&2; fail "$1: expected a line with: $2"; }
  [[ ! -e $folder/$1 ]] || fail "$1 left a run folder"
  echo "$1: $(grep -m 1 "$2" "$folder/$1.txt")"
}
identity=stranger hosts >"$folder/hosts.yaml"
refused key-refused "host 127.0.0.1: the key was refused"
second=host.invalid hosts >"$folder/hosts.yaml"
refused unknown-host "host host.invalid: its name cannot be resolved"
extra='empo: /nowhere/empo' hosts >"$folder/hosts.yaml"
refused no-program "host 127.0.0.1: there is no /nowhere/empo"
extra="ssh: {port: 1}" hosts >"$folder/hosts.yaml"
refused no-sshd "host 127.0.0.1: nothing answers"
echo "all well"
