"""Rounds one after the other, a line each, and a summary."""

import collections
import contextlib
import importlib.util
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from . import consequences, disk, hosts
from .hosts_round import HostsRound
from .invariants import outcome
from .plan import DISK, KINDS, NETWORK, draw
from .roles import MARK, sweep
from .train_round import TrainRound

CONFIGURATION = """\
steps: {steps}
questions_per_step: 8
group_size: 8
held_out: none
checkpoint_every: 3
lease_seconds: 3
heartbeat_seconds: 0.3
restart_budget: 1000
train: {train}
gradients: {gradients}
gradient_parts: 4
sampling:
  max_new_tokens: 48
"""
# Names of a host's workers, one after the other.
GENERATIONS = 4


class Suite:
    """The parts that all rounds share."""

    patience = 180.0

    def __init__(self, empo, folder, steps, train, gradients):
        self.empo, self.folder, self.steps, self.train, self.gradients = empo, folder, steps, train, gradients
        self.configuration, self.keys = folder / "chaos.yaml", folder / "keys"
        # Where somebody lies, everything is checked: nothing else ends as an undisturbed run for certain.
        self.strict = folder / "strict.yaml"
        self.can_lie = all(importlib.util.find_spec(module) for module in ("zmq", "msgpack"))
        self.tag = f"empo{os.getpid()}"
        self.has_network = False
        self.keeps = "CHAOS_KEEP" in os.environ
        self.consequences = collections.Counter()

    def environment(self, mark):
        return os.environ | {MARK: mark}

    def prepare(self):
        """The undisturbed run, and keys for everybody."""
        self.configuration.write_text(CONFIGURATION.format(steps=self.steps, train=self.train, gradients=self.gradients))
        self.strict.write_text(self.configuration.read_text() + "audit: 1\n")
        run, begin = self.folder / "undisturbed", time.monotonic()
        self.call("train", self.configuration, "--run", run, "--workers", "2", "--gradients", "learner")
        self.expected, faults = outcome(run)
        if faults:
            sys.exit(f"chaos: the undisturbed run is wrong: {'; '.join(faults)}")
        seconds = time.monotonic() - begin
        (self.keys / "authorized").mkdir(parents=True)
        self.call("keys", "new", "learner", "learner", "--to", self.keys)
        for name in ["relay", "liar", *(f"w{host}-{generation + 1}" for host in (1, 2, 3) for generation in range(GENERATIONS))]:
            self.call("keys", "new", "worker", name, "--to", self.keys)
            shutil.copy(self.keys / f"{name}.pub", self.keys / "authorized")
        return seconds

    def call(self, *words):
        done = subprocess.run(
            [self.empo, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.environment(self.tag))
        if done.returncode:
            sys.exit(f"chaos: empo {words[0]} ended with status {done.returncode}: {done.stderr.strip()}")

    def round(self, plan):
        """Plays a plan; returns whether nothing was wrong, and the faults that struck."""
        mark = f"{self.tag}s{plan.seed}"
        folder = self.folder / f"seed-{plan.seed}"
        folder.mkdir()
        begin = time.monotonic()
        played = (TrainRound if plan.mode == "train" else HostsRound)(self, plan, folder, mark)
        try:
            wrong = played.run()
        except Exception as error:
            # A failure of the suite itself does not end the other rounds.
            (folder / "suite.txt").write_text(traceback.format_exc())
            wrong = [*played.wrong, f"the suite failed: {error!r}"]
        finally:
            sweep(mark)
        words = ", ".join([*([f"liar ({plan.lie})"] if plan.lie else []), *(fault.words for fault in played.struck)])
        verdict = "equal" if not wrong else "FAILED: " + "; ".join(wrong)
        print(f"{plan.seed:<6} {time.monotonic() - begin:7.1f}  {plan.mode:8} {played.restarts:8}  {verdict:8} {words}", flush=True)
        self.consequences += consequences.count(folder)
        if not wrong and not self.keeps:
            shutil.rmtree(folder)
        return not wrong, played.struck


def possible(suite, mode):
    """The kinds of fault that are possible here, with a line for what is missing; None if the requested mode is impossible."""
    kinds = set(KINDS)
    missing = "CHAOS_MODE asks for none" if mode == "loopback" else hosts.obstacle(suite.tag)
    suite.has_network = missing is None
    if missing:
        if mode == "hosts":
            print(f"chaos: skipped: no network namespaces ({missing})")
            return None
        kinds -= NETWORK
        if disk.obstacle():
            kinds -= DISK
        print(f"chaos: no network namespaces ({missing}): on loopback, without {', '.join(k for k in KINDS if k not in kinds)}", flush=True)
    return kinds


def role(target):
    return target if target in ("learner", "relay", "supervisor") else "worker"


def main():
    arguments = sys.argv[1:]
    if len(arguments) > 2 or not all(word.isdecimal() for word in arguments) or arguments[:1] == ["0"]:
        print("usage: scripts/evidence/chaos.sh [ROUNDS] [SEED]", file=sys.stderr)
        return 2
    rounds = int(arguments[0]) if arguments else 10
    seed = int(arguments[1]) if len(arguments) > 1 else int(time.time())
    mode = os.environ.get("CHAOS_MODE") or None
    if mode not in (None, "hosts", "loopback", "train"):
        print(f"chaos: CHAOS_MODE={mode}: expected hosts, loopback or train", file=sys.stderr)
        return 2
    train = os.environ.get("CHAOS_TRAIN", "full")
    if train not in ("full", "lora"):
        print(f"chaos: CHAOS_TRAIN={train}: expected full or lora", file=sys.stderr)
        return 2
    gradients = os.environ.get("CHAOS_GRADIENTS", "learner")
    if gradients not in ("learner", "workers"):
        print(f"chaos: CHAOS_GRADIENTS={gradients}: expected learner or workers", file=sys.stderr)
        return 2
    empo = pathlib.Path(os.environ.get("EMPO", ".build/release/empo")).resolve()
    if not os.access(empo, os.X_OK):
        print(f"chaos: {empo} is not there: build with swift build -c release --product empo", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    folder = pathlib.Path(tempfile.mkdtemp(prefix="chaos-"))
    suite = Suite(str(empo), folder, int(os.environ.get("CHAOS_STEPS", "40")), train, gradients)
    equal, played = 0, 0
    struck = collections.Counter()
    try:
        kinds = possible(suite, mode)
        if kinds is None:
            return 0
        seconds = suite.prepare()
        print(f"seed {seed}, {suite.steps} steps, undisturbed: {seconds:.0f} s, policy_sha256 {suite.expected['policy_sha256']}")
        if not suite.can_lie:
            print("chaos: nobody lies: there is no pyzmq or msgpack for this python3")
        print("seed   seconds  mode     restarts  verdict  faults", flush=True)
        for index in range(rounds):
            played += 1
            is_equal, faults = suite.round(draw(seed + index, suite.steps, kinds, "hosts" if mode == "loopback" else mode, suite.can_lie))
            equal += is_equal
            struck.update(f"{fault.kind} {role(fault.target)}" for fault in faults)
        print("faults: " + ", ".join(f"{count} {name}" for name, count in sorted(struck.items())) + f"; {struck.total()} in all")
        print("led to: " + ", ".join(f"{count} {name}" for name, count in suite.consequences.items()))
        print(f"digests equal in {equal} of {rounds} rounds (seed {seed})")
        return 0 if equal == rounds else 1
    finally:
        sweep(suite.tag)
        if equal == played and not suite.keeps:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"chaos: runs and logs are kept in {folder}", file=sys.stderr)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
