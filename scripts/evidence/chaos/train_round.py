"""A round of `empo train` on loopback: its supervisor, its learner and its workers are killed and stopped, and it is resumed."""

import os
import signal
import subprocess
import time

from .invariants import differences
from .roles import Steps, marked
from .schedule import Schedule

# The children of a dead supervisor have a moment to notice.
ORPHANS = 10.0


class TrainRound:
    def __init__(self, suite, plan, folder, mark):
        self.suite, self.plan, self.folder, self.mark = suite, plan, folder, mark
        self.run_folder = folder / "run"
        self.log = folder / "train.log"
        self.struck, self.wrong = [], []
        self.restarts = 0
        self.supervisor = None

    def run(self):
        """Plays the round; returns the faults found."""
        try:
            self.play()
        finally:
            if self.supervisor and self.supervisor.poll() is None:
                self.supervisor.kill()
                self.supervisor.wait()
        if not self.wrong:
            self.wrong += differences(self.run_folder, self.suite.expected)
        return self.wrong

    def start(self):
        # A run that was killed before its configuration was written has not begun.
        begun = (self.run_folder / "config.yaml").exists()
        words = ["--resume", self.run_folder] if begun else [self.suite.configuration, "--run", self.run_folder]
        if not begun and self.run_folder.exists():
            self.run_folder.rename(self.folder / f"not-begun-{time.monotonic_ns()}")
        if not begun:
            words += ["--workers", str(self.plan.workers)]
        with open(self.log, "ab") as log:
            self.supervisor = subprocess.Popen(
                [self.suite.empo, "train", *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.suite.environment(self.mark))

    def play(self):
        begin = time.monotonic()
        steps, schedule = Steps(self.log), Schedule(self.plan.faults, begin)
        self.start()
        while self.supervisor.poll() is None:
            now = time.monotonic()
            if now - begin > self.suite.patience:
                return self.wrong.append(f"does not end; step {steps.done}")
            if fault := schedule.next(now, steps.look()):
                schedule.has_struck(now, self.strike(fault))
            schedule.heal(now)
            time.sleep(0.03)
        if self.supervisor.returncode != 0:
            lines = self.log.read_text(errors="replace").splitlines()
            self.wrong.append(f"empo train ended with status {self.supervisor.returncode}: {' / '.join(lines[-2:])[:300]}")
        end = time.monotonic() + ORPHANS
        while left := marked(self.mark):
            if time.monotonic() > end:
                self.wrong.append(f"processes are left: {'; '.join(' '.join(words)[:60] for _, words in left)}")
                break
            time.sleep(0.05)

    def strike(self, fault):
        """Strikes, unless the process does not run; returns a function that heals the fault."""
        pid = self.supervisor.pid if fault.target == "supervisor" else self.find(fault.target)
        if pid is None or not self.signal(pid, signal.SIGSTOP if fault.kind == "stop" else signal.SIGKILL):
            return None
        self.struck.append(fault)
        if fault.kind == "stop":
            return lambda: self.signal(pid, signal.SIGCONT)
        if fault.target == "supervisor":
            self.supervisor.wait()
            self.restarts += 1
            self.start()
        return None

    def find(self, target):
        """A child's process by the child's name; none while it is being restarted."""
        for pid, words in marked(self.mark):
            name = words[words.index("--name") + 1].replace("worker-", "w") if "--name" in words else "".join(words[1:2])
            if name == target:
                return pid
        return None

    @staticmethod
    def signal(pid, number):
        try:
            os.kill(pid, number)
            return True
        except ProcessLookupError:
            return False
