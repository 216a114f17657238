#!/usr/bin/env python3
"""How soon a run uses a process that joins it: measures, on a real run of the embedded model,

1. the time from the start of a worker that joins during the run to its first accepted group;
2. the time from the restart of a learner that was killed (kill -9) to the first group that it accepts, which is later than its first
   lease by the time that a group takes; once with the learner back at once, and once after an outage in which workers have
   begun to try again more rarely.

    scripts/evidence/elastic.py [EMPO] [OUTAGE_SECONDS]

EMPO is .build/release/empo by default, the outage lasts 30 s. Fails (status 1) where the first takes more than 10 s or the others more
than 5. Needs python3 alone.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from chaos.hosts import free_port

EMPO = sys.argv[1] if len(sys.argv) > 1 else ".build/release/empo"
OUTAGE = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
PATIENCE = 120.0
if not os.access(EMPO, os.X_OK):
    sys.exit(f"elastic: {EMPO} is not there: build with swift build -c release --product empo")


def groups(run, worker=None):
    """The number of accepted groups; with a name, only that worker's."""
    query, values = ("SELECT count(*) FROM groups", ()) if worker is None else ("SELECT count(*) FROM groups WHERE worker = ?", (worker,))
    if not os.path.exists(f"{run}/ledger.sqlite"):
        return 0
    # A new ledger has no tables yet, and one whose writer was killed is busy until the next writer has recovered it.
    for _ in range(100):
        try:
            ledger = sqlite3.connect(f"file:{run}/ledger.sqlite?mode=ro", uri=True, timeout=5)
            try:
                return ledger.execute(query, values).fetchone()[0]
            finally:
                ledger.close()
        except sqlite3.Error as error:
            problem = error
            time.sleep(0.05)
    sys.exit(f"elastic: cannot read the ledger: {problem}")


def seconds_until(condition, since, learner=None):
    while not condition():
        if learner is not None and learner.poll() is not None:
            sys.exit(f"elastic: the learner ended with status {learner.returncode}")
        if time.monotonic() - since > PATIENCE:
            sys.exit(f"elastic: no group was accepted for {PATIENCE:.0f} s")
        time.sleep(0.02)
    return time.monotonic() - since


class Roles:
    """A learner and its workers, run by hand."""

    def __init__(self, folder):
        self.run = f"{folder}/run"
        self.log = open(f"{folder}/roles.log", "w")
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.processes = []

    def start(self, *arguments):
        process = subprocess.Popen([EMPO, *arguments], stdout=self.log, stderr=self.log)
        self.processes.append(process)
        return process

    def learner(self):
        return self.start("learner", "--run", self.run, "--listen", self.address)

    def worker(self, name):
        return self.start("worker", "--connect", self.address, "--name", name, "--threads", "1")

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


def main():
    with tempfile.TemporaryDirectory() as folder:
        roles = Roles(folder)
        # A run folder as empo train leaves it when it is asked to end.
        train = roles.start("train", "--run", roles.run, "--steps", "1000", "--workers", "1")
        try:
            seconds_until(lambda: groups(roles.run) > 0, time.monotonic())
            train.send_signal(signal.SIGINT)
            train.wait(timeout=30)

            learner = roles.learner()
            roles.worker("first")
            before = groups(roles.run)
            seconds_until(lambda: groups(roles.run) > before, time.monotonic(), learner)
            start = time.monotonic()
            roles.worker("added")
            found = {"added_worker_s": seconds_until(lambda: groups(roles.run, "added") > 0, start, learner)}

            for name, outage in [("restart_s", 0.0), ("restart_after_outage_s", OUTAGE)]:
                learner.kill()
                learner.wait()
                time.sleep(outage)
                before = groups(roles.run)
                start = time.monotonic()
                learner = roles.learner()
                found[name] = seconds_until(lambda: groups(roles.run) > before, start, learner)
        finally:
            roles.end()
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))
    if found["added_worker_s"] > 10 or max(found["restart_s"], found["restart_after_outage_s"]) > 5:
        sys.exit(1)


main()
