#!/usr/bin/env python3
"""What `empo probe` says of five situations, and how its forecast compares with a run.

    scripts/evidence/probe.py RUNS [--empo PROGRAM] [--groups N] [--trial N]

The embedded model and questions are the healthy one. Too easy is the demonstration's own result; cut off, a limit of 16 tokens; too hard, stories
with one turn more than the base model knows; wrong consensus, the same stories told to the trained model, which is sure of itself. RUNS keeps the
demonstration's run, whose seconds are compared with what the probe foretold. Prints a table in Markdown. Needs nothing but Python, and a quiet machine for the forecast.
"""
import argparse
import json
import os
import random
import subprocess
from pathlib import Path

NAMES, THINGS = ["Tom", "Ann", "Sam", "Mia", "Ben", "Eva", "Max", "Zoe"], ["apples", "pens", "books", "cards", "coins", "eggs", "balls", "cups"]


def stories():
    """Questions of the demonstration's family `gain` with another ending."""
    draw = random.Random(0)
    for _ in range(64):
        name, thing = draw.choice(NAMES), draw.choice(THINGS)
        first, second, third = (draw.randint(10, 40) for _ in range(3))
        text = (
            f"{name} has {first} {thing}. {name} buys {second} {thing} and gives away {third}. Then {name} buys 20 more {thing} and 3 of them are lost."
            f" How many {thing} are left?")
        yield {"question": text, "answer": str(first + second - third + 17)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs")
    parser.add_argument("--empo", default=str(Path(__file__).resolve().parents[2] / ".build/release/empo"))
    parser.add_argument("--groups", type=int, default=32)
    parser.add_argument("--trial", type=int, default=0)
    options = parser.parse_args()
    empo, folder = os.path.abspath(options.empo), Path(options.runs)
    folder.mkdir(parents=True, exist_ok=True)

    def call(*words):
        found = subprocess.run([empo, *map(str, words)], cwd=folder, capture_output=True, text=True)
        if found.returncode != 0:
            raise SystemExit(f"probe.py: error: empo {' '.join(map(str, words))}: {found.stderr.strip().splitlines()[-1]}")
        return found.stdout

    (folder / "stories.jsonl").write_text("".join(json.dumps(line) + "\n" for line in stories()))

    trial = ["--trial", options.trial] if options.trial else []
    probe = lambda *flags: json.loads(call("probe", "--groups", options.groups, "--json", *trial, *flags))
    healthy = probe()
    if not (folder / "demo/report.json").exists():
        call("train", "--run", "demo")
    if not (folder / "trained/config.json").exists():
        call("export", "demo", "trained", "--last")
    own = ["--model", "trained", "--prompt", "qa", "--train", "full", "--max-tokens", 96, "--group-size", 16]
    found = {
        "healthy": healthy,
        "too easy": probe(*own, "--questions", "embedded"),
        "too hard": probe("--questions", "stories.jsonl"),
        "cut off": probe("--max-tokens", 16),
        "wrong consensus": probe(*own, "--questions", "stories.jsonl"),
    }
    print("| situation | verdict | groups that teach | cut off | a sure majority is right |" + (" true pseudo-rewards | collapse |" if trial else ""))
    print("|---" * (7 if trial else 5) + "|")
    percent = lambda share: "–" if share is None else f"{100 * share:.0f} %"
    for situation, one in found.items():
        right = one.get("right_when_sure")
        cells = [situation, one["verdict"], percent(one["teaching"]["value"]), percent(one["truncated_share"]), percent(right and right["value"])]
        if trial:
            steps = one["trial"]["steps"]
            cells += [" → ".join(percent(steps[at].get("reward_accuracy")) for at in (0, -1)), str(one["trial"].get("collapse_step", "none"))]
        print("| " + " | ".join(cells) + " |")
    # Beside the steps' lines there are those of measurements.
    lines = [json.loads(line) for line in (folder / "demo/metrics.jsonl").read_text().splitlines()]
    real = [line["step_seconds"] for line in lines if "step_seconds" in line]
    foretold = healthy["seconds_per_step"] * len(real)
    print(f"\nThe demonstration's {len(real)} steps: {foretold:.0f} s foretold, {sum(real):.0f} s taken ({100 * (foretold / sum(real) - 1):+.0f} %).")


if __name__ == "__main__":
    main()
