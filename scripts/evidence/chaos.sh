#!/usr/bin/env bash
# Disturbs real runs by faults drawn from a seed, and checks that each ends exactly as an undisturbed one does.
#
#   scripts/evidence/chaos.sh [ROUNDS] [SEED]
#
# Round i draws its faults from SEED + i (i from 0), so `scripts/evidence/chaos.sh 1 S` replays the round that is listed with seed S.
# ROUNDS is 10 by default; without SEED one is drawn, and printed.
#
# In most rounds, hosts are network namespaces joined by veth pairs to a switch: one for a learner, one for each of one to three workers,
# all with keys, and in every second one for a relay that hands the weights on. A process that dies is started again, as by a supervisor.
# The faults:
#
#   kill     kill -9 of the learner, the relay or a worker, away for a moment or for longer than a lease
#   stop     SIGSTOP of the learner, the relay or a worker, for less or more than a lease, then SIGCONT
#   cut      the link of the learner's host, the relay's or a worker's goes down, at the switch or at the host, and up again
#   loss     a host loses a share of its incoming packets (iptables' statistic match)
#   rate     a host's sending rate is limited (tc tbf)
#   delay    one worker's connections, to the learner and the relay, pass a TCP proxy that holds everything up,
#   half     drops one end of them and keeps the other, or keeps both and passes nothing on,
#   reset    or resets them (RST at both ends)
#   disk     the file system of the run folder (a small tmpfs) is filled, and freed later
#   liar     in about three of ten of these rounds, a further worker with a key of its own lies: it sends groups without a lease, or invented
#            ones for its leases (liar.py; needs pyzmq and msgpack). These rounds run with audit: 1
#   leave    a worker is asked to leave (SIGTERM), and one of another name joins in its place; or the relay, which is started again
#
# In about every fifth round `empo train` runs on loopback, with kill -9 and SIGSTOP of its supervisor, learner and workers, and is
# resumed by --resume.
#
# What must hold at the end of a round: every step 1..N once in the ledger, every slot of every step once (voided lies apart), with the tokens, rewards and
# answers of the undisturbed run; the ledger is whole; every checkpoint's files have the digests of its manifest; the final checkpoint's
# weights, optimiser moments and counts, and policy_sha256 in report.json, are the undisturbed run's; a learner ends by itself for a full
# disk only, in one line; no process is left. A round that does not end in three minutes has failed; folder and logs of a failed one are
# kept.
#
# Namespaces need root, iproute2 and iptables (installed where they are missing, if this is root on Debian). Without them the
# script says so and runs on loopback, without cut, loss and rate. Otherwise it needs only python3. EMPO names another executable,
# CHAOS_STEPS another length of the run; CHAOS_TRAIN=lora trains adapters in place of all weights; CHAOS_GRADIENTS=workers
# has workers compute gradients, in four parts; CHAOS_MODE=hosts, loopback or train makes
# every round one of that kind, and CHAOS_KEEP=1 keeps all files for inspection.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH=$PATH:/usr/sbin:/sbin
command -v python3 >/dev/null || { echo "chaos: skipped: there is no python3"; exit 0; }
if [[ ${CHAOS_MODE:-hosts} == hosts && $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
  missing=()
  command -v ip >/dev/null && command -v tc >/dev/null || missing+=(iproute2)
  command -v iptables >/dev/null || missing+=(iptables)
  # Without them it runs all the same.
  export DEBIAN_FRONTEND=noninteractive
  ((${#missing[@]} == 0)) || apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || true
fi
PYTHONPATH=scripts/evidence PYTHONDONTWRITEBYTECODE=1 exec python3 -m chaos "$@"
