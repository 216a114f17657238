#!/usr/bin/env python3
"""The demonstration under other rewards, filters, group sizes and lags, with intervals over seeds and over questions.

    scripts/evidence/experiments.py RUNS [PICTURE.svg] [--empo PROGRAM] [--seeds 0,1,2] [--only rewards,filter,groups,lag,pass]

RUNS keeps every run; a second call goes on with what is missing. Each arm is `empo train` on the embedded model, a minute on 2 cores, then
`empo eval --at last` with 8 samples of each held-out question. `pass` asks the base model and the trained one of seed 0 for 256 samples of each
question and draws pass@k. Prints tables in Markdown. Needs nothing but Python.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
from pathlib import Path

ARMS = {
    "rewards": {
        "EMPO": [], "accuracy (GRPO, labels)": ["--reward", "accuracy"], "majority (TTRL)": ["--reward", "majority"], "format": ["--reward", "format"],
        "random": ["--reward", "random"], "random for a format": ["--reward", "random-format"],
    },
    "filter": {
        "no band": [], "0.2 to 0.9 of ln G": ["--filter-entropy-low", "0.2", "--filter-entropy-high", "0.9"],
        "0.4 to 0.6 of ln G": ["--filter-entropy-low", "0.4", "--filter-entropy-high", "0.6"],
        "confidence floor 0.25": ["--filter-minimum-confidence", "0.25"],
    },
    # 512 responses a step in all of them.
    "groups": {
        f"{512 // size} questions × {size}": ["--group-size", str(size), "--questions-per-step", str(512 // size)] for size in (4, 8, 16, 32)},
    "lag": {f"lag {lag}": ["--lag", str(lag)] for lag in (0, 1, 4)},
}
FIGURES = {"greedy_accuracy": "greedy", "sampled_accuracy": "temperature 1", "majority@8": "majority of 8", "semantic_entropy": "entropy, nats",
           "greedy_answered": "answered", "greedy_accuracy_answered": "of answered", "sampled_length": "tokens"}
WHOLE = {"semantic_entropy", "sampled_length"}
PASSES = [2**power for power in range(9)]


class Runs:
    def __init__(self, options):
        self.empo, self.folder = os.path.abspath(options.empo), Path(options.runs)
        self.folder.mkdir(parents=True, exist_ok=True)

    def call(self, *words):
        found = subprocess.run([self.empo, *map(str, words)], cwd=self.folder, capture_output=True, text=True)
        if found.returncode != 0:
            raise SystemExit(f"experiments.py: error: empo {' '.join(map(str, words))}: {found.stderr.strip().splitlines()[-1]}")
        return found.stdout

    def train(self, flags, seed):
        """The folder of a run that has ended; arms with the same flags share one."""
        name = "-".join(["run", *(flag.strip("-") for flag in flags), str(seed)])
        if not (self.folder / name / "report.json").exists():
            # Accuracy is read from the evaluations after the run.
            if (self.folder / name / "config.yaml").exists():
                self.call("train", "--resume", name)
            else:
                self.call("train", "--run", name, "--seed", seed, "--guard", "warn", "--keep-checkpoints", 1, *flags)
        return name

    def evaluate(self, target, name, samples):
        """The figures of the embedded benchmark: {NAME: {"value", "low", "high"}}."""
        where = [] if target == "embedded" else ["--at", "last"]
        found = self.call("eval", target, *where, "--questions", "embedded", "--samples", samples, "--out", name + ".jsonl", "--json")
        return json.loads(found)["benchmarks"][0]["figures"]

    def alarms(self, name):
        return json.loads((self.folder / name / "report.json").read_text()).get("guard", {}).get("alarms", [])


def told(name, values):
    scale, digits = (1, 2) if name == "semantic_entropy" else (1, 0) if name in WHOLE else (100, 1)
    mean = scale * statistics.mean(values)
    if len(values) < 2:
        return f"{mean:.{digits}f}"
    # Student's t at 95 % for as many seeds.
    quantile = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}.get(len(values), 2.571)
    return f"{mean:.{digits}f} ± {quantile * scale * statistics.stdev(values) / math.sqrt(len(values)):.{digits}f}"


def table(runs, arms, seeds):
    print("| | " + " | ".join(FIGURES.values()) + " | alarms |\n|" + "---|" * (len(FIGURES) + 2))
    base = runs.evaluate("embedded", "base-8", 8)
    print("| base | " + " | ".join(told(figure, [base[figure]["value"]]) for figure in FIGURES) + " | |")
    for title, flags in arms.items():
        names = [runs.train(flags, seed) for seed in seeds]
        found = [runs.evaluate(name, name + "-8", 8) for name in names]
        alarms = sum(bool(runs.alarms(name)) for name in names)
        cells = [told(figure, [figures[figure]["value"] for figures in found]) for figure in FIGURES]
        print(f"| {title} | " + " | ".join(cells) + f" | {alarms} of {len(names)} |", flush=True)


def pass_table(runs, picture):
    found = {"base": runs.evaluate("embedded", "base-256", 256)}
    name = runs.train([], 0)
    found["trained"] = runs.evaluate(name, name + "-256", 256)
    print("| pass@k, % | " + " | ".join(map(str, PASSES)) + " |\n|" + "---|" * (len(PASSES) + 1))
    curves = {}
    for title, figures in found.items():
        estimates = [figures["sampled_accuracy" if k == 1 else f"pass@{k}"] for k in PASSES]
        curves[title] = [(100 * one["value"], 100 * one["low"], 100 * one["high"]) for one in estimates]
        print(f"| {title} | " + " | ".join(f"{value:.1f} [{low:.1f}, {high:.1f}]" for value, low, high in curves[title]) + " |")
    for title, figures in found.items():
        area = figures["entropy_auroc"]
        print(f"\nAUROC of semantic entropy as a predictor of a wrong greedy answer, {title}: "
              f"{area['value']:.3f} [{area['low']:.3f}, {area['high']:.3f}]", end="")
    print()
    if picture:
        Path(picture).write_text(drawn(curves))


def drawn(curves):
    """pass@k by k, which doubles from tick to tick; the bands are 95 % intervals over questions."""
    left, top, width, height = 52, 20, 420, 240
    x = lambda index: left + width * index / (len(PASSES) - 1)
    y = lambda value: top + height * (1 - value / 100)
    shapes = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 310" font-family="sans-serif" font-size="11">',
              '<rect width="100%" height="100%" fill="white"/>',
              f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#999"/>',
              f'<text x="{left + width / 2}" y="300" text-anchor="middle">k: samples of a question, one of which must be right</text>']
    for index, k in enumerate(PASSES):
        shapes.append(f'<text x="{x(index):.1f}" y="{top + height + 16}" text-anchor="middle">{k}</text>')
    for value in (0, 25, 50, 75, 100):
        shapes.append(f'<text x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value} %</text>')
    for (title, curve), colour, place in zip(curves.items(), ("#777777", "#1f6fb4"), (40, 56)):
        band = [f"{x(i):.1f},{y(point[2]):.1f}" for i, point in enumerate(curve)]
        band += [f"{x(i):.1f},{y(point[1]):.1f}" for i, point in reversed(list(enumerate(curve)))]
        line = " ".join(f"{x(i):.1f},{y(point[0]):.1f}" for i, point in enumerate(curve))
        shapes.append(f'<polygon points="{" ".join(band)}" fill="{colour}" fill-opacity="0.2"/>')
        shapes.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        shapes.append(f'<text x="{left + width - 60}" y="{top + height - 80 + place}" fill="{colour}">{title}</text>')
    return "\n".join(shapes + ["</svg>\n"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs")
    parser.add_argument("picture", nargs="?")
    parser.add_argument("--empo", default=str(Path(__file__).resolve().parents[2] / ".build/release/empo"))
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--only", default="rewards,filter,groups,lag,pass")
    options = parser.parse_args()
    runs, seeds = Runs(options), [int(seed) for seed in options.seeds.split(",")]
    for name in options.only.split(","):
        print(f"\n### {name}\n", flush=True)
        if name == "pass":
            pass_table(runs, options.picture)
        else:
            table(runs, ARMS[name], seeds)


if __name__ == "__main__":
    main()
