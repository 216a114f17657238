#!/usr/bin/env python3
"""How the time and memory of an update grow with the batch, the length and the rank: a table in Markdown, and a picture.

    scripts/evidence/growth.py MODEL OUT.svg [--empo .build/release/empo] [--threads 2] [--rounds 3] [--dtype bfloat16] [--quick]

MODEL is a folder in Hugging Face's layout. Each point is the median of as many processes of `empo bench learner` as there are rounds, which
take their turns, so that what else the machine does falls on all of them. A group has up to 8 responses behind a prompt of 32 tokens; the
batch, in responses, grows with 96 tokens each, the length with 4 responses, and the rank with 8 of 96 tokens. A batch of one cannot be: no
group of one response teaches anything. --quick takes every second point of each series.
"""
import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

PROMPT = 32
BATCHES = [2, 4, 8, 16, 32, 64]
LENGTHS = [128, 256, 512, 1024, 2048]
RANKS = [1, 2, 4, 8, 16, 32, 64]


def points():
    """(series, x, flags): what is varied, its value, and the bench's flags."""
    for name, lora in (("all weights", 0), ("adapters of rank 16", 16)):
        for batch in BATCHES:
            responses = min(8, batch)
            yield ("batch", name, batch), {
                "groups": batch // responses, "responses": responses, "prompt": PROMPT, "response": 96, "lora": lora}
        for length in LENGTHS:
            yield ("length", name, length), {"groups": 1, "responses": 4, "prompt": PROMPT, "response": length - PROMPT, "lora": lora}
    for rank in RANKS:
        yield ("rank", "adapters", rank), {"groups": 1, "responses": 8, "prompt": PROMPT, "response": 96, "lora": rank}


def measure(options, flags):
    words = [options.empo, "bench", "learner", options.model, "--dtype", options.dtype, "--threads", str(options.threads), "--steps", "1"]
    for name, value in flags.items():
        words += [f"--{name}", str(value)]
    found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return found["seconds"], found["peak_memory"]


def table(results):
    lines = ["| varied | what is trained | value | seconds | peak memory, GB |", "|---|---|---|---|---|"]
    for (varied, name, value), (seconds, memory) in results.items():
        lines.append(f"| {varied} | {name} | {value} | {seconds:.2f} | {memory / 1e9:.2f} |")
    return "\n".join(lines)


def picture(results):
    """Six panels: seconds above, memory below; batch, length and rank from left to right. Both axes of a panel are linear from 0."""
    width, height, margin = 300, 200, 48
    shapes = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {3 * width + margin} {2 * height + 40}" font-family="sans-serif" font-size="11">']
    shapes.append(f'<rect width="100%" height="100%" fill="white"/>')
    colours = {"all weights": "#1f6fb4", "adapters of rank 16": "#d2691e", "adapters": "#d2691e"}
    for column, varied in enumerate(["batch", "length", "rank"]):
        for row, (unit, place, scale) in enumerate([("seconds", 0, 1), ("GB", 1, 1e9)]):
            chosen = {key: value[place] / scale for key, value in results.items() if key[0] == varied}
            left, top = column * width + margin, row * height + 20
            inner, tall = width - margin - 12, height - 52
            most = (max(key[2] for key in chosen), max(chosen.values()))
            shapes.append(f'<rect x="{left}" y="{top}" width="{inner}" height="{tall}" fill="none" stroke="#999"/>')
            shapes.append(f'<text x="{left}" y="{top - 6}">{unit} by {varied}</text>')
            for share in (0, 0.5, 1):
                shapes.append(f'<text x="{left - 4}" y="{top + tall * (1 - share) + 4}" text-anchor="end">{most[1] * share:.3g}</text>')
                shapes.append(f'<text x="{left + inner * share}" y="{top + tall + 14}" text-anchor="middle">{most[0] * share:g}</text>')
            for name in dict.fromkeys(key[1] for key in chosen):
                line = [(left + inner * key[2] / most[0], top + tall * (1 - value / most[1])) for key, value in chosen.items() if key[1] == name]
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
                shapes.append(f'<polyline points="{path}" fill="none" stroke="{colours[name]}" stroke-width="1.5"/>')
                shapes += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colours[name]}"/>' for x, y in line]
    for index, name in enumerate(["all weights", "adapters of rank 16"]):
        x = margin + 160 * index
        shapes.append(f'<circle cx="{x}" cy="{2 * height + 22}" r="4" fill="{colours[name]}"/><text x="{x + 10}" y="{2 * height + 26}">{name}</text>')
    return "\n".join(shapes + ["</svg>\n"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("out", type=Path)
    parser.add_argument("--empo", default=".build/release/empo")
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    chosen = dict(points())
    if options.quick:
        series = {}
        for key in chosen:
            series.setdefault(key[:2], []).append(key)
        chosen = {key: chosen[key] for keys in series.values() for key in keys[::2]}
    found = {}
    for _ in range(options.rounds):
        for key, flags in chosen.items():
            found.setdefault(key, []).append(measure(options, flags))
            print(*key, *found[key][-1], file=sys.stderr, flush=True)
    results = {key: tuple(statistics.median(column) for column in zip(*values)) for key, values in found.items()}
    print(table(results))
    options.out.write_text(picture(results))


main()
