#!/usr/bin/env python3
"""Whole steps whose gradients workers compute: how they scale with workers that have a core each, and what a slow link to the learner costs.

    scripts/evidence/gradients.py MODEL QUESTIONS [--empo PROGRAM] [--steps 4] [--questions 8] [--max-tokens 96] [--rounds 2] [--rates 100,1000]

MODEL is a model folder, QUESTIONS a file of them. Runs of adapters with a coin for a reward, so that most groups teach, are timed in turn with one
and with two workers, each with one thread on a core of its own; the learner computes no part. All of them must end at the same weights. Then, with
two workers, the learner sits behind a link of each of the rates, in Mbit/s (two network namespaces, `tc tbf`; needs root and iproute2), and
`empo plan` says beforehand what that takes. Other work on the machine spoils the figures. Prints tables in Markdown.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

LEARNER, PORT = "10.231.7.1", 5731


def call(*words, **keywords):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, **keywords)


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.count, self.digests = options, folder, 0, set()

    def flags(self):
        o = self.options
        return ["--train", "lora", "--steps", o.steps, "--questions-per-step", o.questions, "--group-size", 8, "--max-tokens", o.max_tokens,
                "--reward", "random", "--gradients", "workers", "--learner-works", "false", "--learner-threads", 1, "--worker-threads", 1,
                "--worker-max-sequences", 32, "--no-evaluate-before", "--audit", 0, "--checkpoint-every", 1000,
                "--model", o.model, "--questions", o.questions_file]

    def run(self, workers, rate=None):
        """Seconds a step, in the mean of all: what workers sample ahead makes single steps shorter and others longer."""
        self.count += 1
        run = self.folder / f"run{self.count}"
        listen = f"tcp://{LEARNER if rate else '127.0.0.1'}:{PORT}"
        call(self.options.empo, "train", *self.flags(), "--workers", 0, "--learner-listen", listen, "--run", run, "--prepare", "--insecure")
        inside = ["ip", "netns", "exec", "empo-learner"] if rate else []
        if rate:
            link(rate)
        processes = []
        try:
            with open(run / "bench.log", "w") as log:
                learner = subprocess.Popen([*inside, str(self.options.empo), "learner", "--run", str(run), "--insecure"], stdout=log, stderr=log)
                processes.append(learner)
                while not (run / "endpoints.json").exists() or not (run / "endpoints.json").read_text():
                    if learner.poll() is not None:
                        raise SystemExit("gradients.py: error: the learner ended: " + (run / "bench.log").read_text()[-400:])
                    time.sleep(0.1)
                endpoint = json.loads((run / "endpoints.json").read_text())["learner"]
                for index in range(workers):
                    processes.append(subprocess.Popen(
                        ["taskset", "-c", str(index), str(self.options.empo), "worker", "--connect", endpoint, "--name", f"w{index}", "--threads", "1"],
                        stdout=log, stderr=log))
                learner.wait()
                for process in processes[1:]:
                    process.wait(timeout=60)
        finally:
            for process in processes:
                if process.poll() is None:
                    process.kill()
            if rate:
                unlink()
        self.digests.add(json.loads((run / "report.json").read_text())["policy_sha256"])
        rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        return statistics.mean(row["step_seconds"] for row in rows)

    def plan(self, rate):
        """What `empo plan` says of two hosts with one core each."""
        words = ["taskset", "-c", "0", self.options.empo, "plan", *self.flags(), "--hosts", "2", "--link", f"{rate}Mbit", "--json"]
        return json.loads(call(*words).stdout)["hosts"][0]["seconds_per_step"]


def unlink():
    subprocess.run(["ip", "netns", "del", "empo-learner"], capture_output=True)
    subprocess.run(["ip", "link", "del", "empo-out"], capture_output=True)


def link(rate):
    unlink()
    call("ip", "netns", "add", "empo-learner")
    call("ip", "link", "add", "empo-out", "type", "veth", "peer", "name", "empo-in", "netns", "empo-learner")
    call("ip", "addr", "add", "10.231.7.2/24", "dev", "empo-out")
    call("ip", "link", "set", "empo-out", "up")
    for words in (["addr", "add", f"{LEARNER}/24", "dev", "empo-in"], ["link", "set", "empo-in", "up"], ["link", "set", "lo", "up"]):
        call("ip", "-n", "empo-learner", *words)
    shape = ["root", "tbf", "rate", f"{rate}mbit", "burst", "256kb", "latency", "50ms"]
    call("tc", "qdisc", "add", "dev", "empo-out", *shape)
    call("tc", "-n", "empo-learner", "qdisc", "add", "dev", "empo-in", *shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("questions_file", metavar="QUESTIONS")
    parser.add_argument("--empo", default=Path(".build/release/empo").resolve(), type=Path)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--questions", type=int, default=8)
    parser.add_argument("--max-tokens", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rates", default="")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gradients-"))
    bench = Bench(options, folder)
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    try:
        seconds = {1: [], 2: []}
        for _ in range(options.rounds):
            for workers in seconds:
                seconds[workers].append(bench.run(workers))
        print("| workers | seconds a step | least … most | speed |\n|---:|---:|---|---:|")
        for workers, found in seconds.items():
            speed = statistics.median(seconds[1]) / statistics.median(found)
            print(f"| {workers} | {statistics.median(found):.1f} | {min(found):.1f} … {max(found):.1f} | {speed:.2f} × |", flush=True)
        rates = [int(rate) for rate in options.rates.split(",") if rate]
        if rates:
            print("\n| link | seconds a step | `empo plan` | without a limit |\n|---|---:|---:|---:|")
            for rate in rates:
                foreseen = bench.plan(rate)
                found = bench.run(2, rate)
                print(f"| {rate} Mbit/s | {found:.1f} | {foreseen:.1f} | {statistics.median(seconds[2]):.1f} |", flush=True)
        print(f"\npolicy_sha256 of all {bench.count} runs: {', '.join(sorted(bench.digests))}")
        return 0 if len(bench.digests) == 1 else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


raise SystemExit(main())
