#!/usr/bin/env python3
"""Has a worker lie in a real run, in every way that liar.py knows, and prints what became of it.

  scripts/evidence/liars.py [ATTACK ...]

Each attack meets a learner and an honest worker on this host, once with the default share of checks and once with `audit: 1`. A line says
how many results of the liar the ledger holds, how many of them were voided, what the learner said first, whether the run ended where an
undisturbed one does, and how likely the default share is to find a lie among as many as the ledger holds. Needs pyzmq and msgpack; EMPO
names another executable than the built one, STEPS another length of the run.
"""

import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
EMPO = str(pathlib.Path(os.environ.get("EMPO", HERE.parents[1] / ".build/release/empo")).resolve())
STEPS = int(os.environ.get("STEPS", "10"))
SHARE = 0.02
CONFIGURATION = f"""\
steps: {STEPS}
questions_per_step: 16
group_size: 8
held_out: none
checkpoint_every: 3
lease_seconds: 5
heartbeat_seconds: 0.3
sampling:
  max_new_tokens: 48
"""
ATTACKS = {
    "invent": "invented groups, no lease",
    "lease": "invented groups, own leases",
    "extreme": "one group a step at -3e38",
    "forge": "forged rewards",
    "bit": "log-probability off by one bit",
    "cut": "cut response passed as ended",
    "token": "one token of each group",
    "spare": "lies where a public draw is blind",
    "names": "two names, open learner",
    "pool": "two names of a pool's key",
}
FOUND = re.compile(
    r"(\S+ is wrong about .*|.* dropped: .*|.* scored its tokens wrongly.*|\S+ is in quarantine .*|the run goes back .*|.*importance ratio.*)")


def run(*words, **options):
    done = subprocess.run([EMPO, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"liars: empo {words[0]} ended with status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def digest(folder):
    report = folder / "report.json"
    found = re.search(r'"policy_sha256" : "([0-9a-f]+)"', report.read_text()) if report.exists() else None
    return found[1] if found else None


class Trial:
    def __init__(self, root, attack, audit):
        self.attack, self.folder = attack, root / f"{attack}-{audit}"
        self.folder.mkdir()
        configuration = self.folder / "run.yaml"
        configuration.write_text(CONFIGURATION + ("" if audit == SHARE else f"audit: {audit}\n"))
        self.run = self.folder / "run"
        run("train", configuration, "--run", self.run, "--prepare")
        self.keys = self.folder / "keys"
        self.processes = []

    def start(self, *words, log):
        process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=open(self.folder / f"{log}.txt", "w"),
            stderr=open(self.folder / f"{log}.log", "w"))
        self.processes.append(process)
        return process

    def key_words(self, name):
        return ["--key", self.keys / f"{name}.key", "--learner-key", self.keys / "learner.pub"] if self.attack == "pool" else []

    def play(self):
        access = []
        if self.attack == "pool":
            (self.keys / "authorized").mkdir(parents=True)
            run("keys", "new", "learner", "learner", "--to", self.keys)
            run("keys", "new", "worker", "honest", "--to", self.keys)
            run("keys", "new", "worker", "p", "--pool", "--to", self.keys)
            for file in self.keys.glob("*.pub"):
                if not file.name.startswith("learner"):
                    shutil.copy(file, self.keys / "authorized")
            access = ["--key", self.keys / "learner.key", "--authorized", self.keys / "authorized"]
        learner = self.start(EMPO, "learner", "--run", self.run, "--listen", "tcp://127.0.0.1:0", *access, log="learner")
        endpoints = self.run / "endpoints.json"
        while not endpoints.exists():
            if learner.poll() is not None:
                sys.exit(f"liars: the learner ended: {(self.folder / 'learner.log').read_text()[-500:]}")
            time.sleep(0.05)
        time.sleep(0.2)
        endpoint = re.search(r'"learner" : "([^"]+)"', endpoints.read_text())[1].replace("\\/", "/")
        self.lie(endpoint)
        time.sleep(float(os.environ.get("HEAD_START", "1")))
        self.start(EMPO, "worker", "--connect", endpoint, "--name", "honest", *self.key_words("honest"), log="honest")
        try:
            learner.wait(timeout=600)
        except subprocess.TimeoutExpired:
            pass
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
        return learner.returncode

    def lie(self, endpoint):
        python, liar = sys.executable, HERE / "liar.py"
        attack = {"names": "lease", "pool": "lease"}.get(self.attack, self.attack)
        names = ["liar", "liar2"] if self.attack in ("names", "pool") else ["liar"]
        for number, name in enumerate(names):
            words = [python, liar, endpoint, "--attack", attack, "--name", name, "--seed", 1]
            if attack in ("invent", "lease"):
                keys = self.key_words("p") if self.attack == "pool" else []
                self.start(*words, *keys, log=name)
            else:
                port = 29000 + os.getpid() % 1000
                self.start(*words, "--through", port, log=name)
                time.sleep(0.5)
                self.start(EMPO, "worker", "--connect", f"tcp://127.0.0.1:{port}", "--name", name, log=f"{name}-worker")

    def outcome(self):
        ledger = sqlite3.connect(f"file:{self.run / 'ledger.sqlite'}?mode=ro", uri=True)
        held, voided = ledger.execute(
            "SELECT COUNT(*), COUNT(note) FROM (SELECT worker, (SELECT MAX(id) FROM notes WHERE kind = 'voided' AND number = groups.id) "
            "AS note FROM groups) WHERE worker LIKE '%liar%'").fetchone()
        log = (self.folder / "learner.log").read_text()
        told = [match[1] for match in map(FOUND.search, (re.split(r"\[(?:Cluster|Operations)\] ", line)[-1] for line in log.splitlines())) if match]
        return held, voided, told


def main():
    wanted = sys.argv[1:] or list(ATTACKS)
    if unknown := [word for word in wanted if word not in ATTACKS]:
        print(f"liars: unknown attack {unknown[0]}: expected some of {', '.join(ATTACKS)}", file=sys.stderr)
        return 2
    root = pathlib.Path(tempfile.mkdtemp(prefix="liars-"))
    (root / "run.yaml").write_text(CONFIGURATION)
    run("train", root / "run.yaml", "--run", root / "undisturbed")
    expected = digest(root / "undisturbed")
    print(f"{STEPS} steps, undisturbed policy_sha256 {expected}")
    print(f"{'attack':34} {'audit':>5} {'held':>5} {'voided':>6} {'end':>9} {'chance':>7} {'s':>4}  first said")
    is_sound = True
    for attack in wanted:
        for audit in (SHARE, 1):
            trial, begin = Trial(root, attack, audit), time.monotonic()
            status = trial.play()
            held, voided, told = trial.outcome()
            end = "equal" if digest(trial.run) == expected else f"status {status}" if status else "OTHER"
            chance = 1 if audit == 1 else 1 - (1 - SHARE) ** held
            print(
                f"{ATTACKS[attack]:34} {audit:5} {held:5} {voided:6} {end:>9} {chance:7.3f} {time.monotonic() - begin:4.0f}  "
                f"{told[0][:150] if told else 'nothing'}", flush=True)
            is_sound &= audit != 1 or end == "equal"
    print(f"logs are in {root}")
    return 0 if is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
