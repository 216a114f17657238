"""The processes of a round: a learner or a worker that is restarted whenever it dies, and the search for processes left of a round."""

import os
import pathlib
import re
import signal
import subprocess
import time

MARK = "CHAOS_MARK"
STEP = re.compile(rb"^step +(\d+)/", re.MULTILINE)


def marked(mark):
    """Number and command line of the processes that carry a round's mark in their environment, without zombies."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append((int(folder.name), (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]))
        except OSError:
            continue
    return found


def sweep(mark):
    """Kills all processes that are left with a mark."""
    for pid, _ in marked(mark):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Steps:
    """The progress of a run, by the lines that its learner prints."""

    def __init__(self, path):
        self.path, self.read, self.done = path, 0, 0

    def look(self):
        if self.path.exists():
            with open(self.path, "rb") as file:
                file.seek(self.read)
                text = file.read()
            # A line that is still being written is read later.
            text = text[:text.rfind(b"\n") + 1]
            self.read += len(text)
            for number in STEP.findall(text):
                self.done = max(self.done, int(number))
        return self.done


class Role:
    """A learner or a worker on its host."""

    def __init__(self, name, words, log, environment):
        self.name, self.words, self.log, self.environment = name, words, pathlib.Path(log), environment
        self.process = None
        self.lives = 0
        self.is_wanted = True
        """Whether it is started again when it ends."""
        self.away_until = 0.0
        self.was_killed = False
        self.begun = 0
        """The place in its log at which its latest life begins."""

    def start(self):
        self.lives += 1
        self.was_killed = False
        with open(self.log, "ab") as log:
            log.write(f"-- {self.name}, life {self.lives}\n".encode())
            self.begun = log.tell()
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)

    @property
    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        if self.is_alive:
            self.process.send_signal(number)

    def kill(self, seconds):
        """Ends it at once, and keeps it away for a while."""
        if self.is_alive:
            self.was_killed = True
            self.process.kill()
            self.process.wait()
        self.away_until = max(self.away_until, time.monotonic() + seconds)

    def last_words(self):
        """The last lines of its latest life, from the error on."""
        with open(self.log, "rb") as file:
            file.seek(self.begun)
            lines = file.read().decode(errors="replace").splitlines()
        first = next((index for index, line in enumerate(lines) if line.startswith("empo: error: ")), max(0, len(lines) - 1))
        return lines[first:]

    def leave(self):
        """Asks it to end, even if it is stopped just now."""
        self.was_killed = True
        self.signal(signal.SIGTERM)

    def end(self):
        if self.is_alive:
            self.process.kill()
        if self.process:
            self.process.wait()
