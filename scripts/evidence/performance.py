#!/usr/bin/env python3
"""How fast the two engines are on this processor: medians, and their share of what it can do. A table in Markdown.

    scripts/evidence/performance.py SMALL LARGE [--empo PROGRAM] [--against PROGRAM] [--rounds 5] [--threads 2] [--rows TEXT] [--out FILE]

SMALL and LARGE are model folders, such as SmolLM2-135M and Qwen2.5-0.5B; "none" leaves one out. --against names the build of the commit before:
each row then runs both in turn and has the ratio of the medians. --rows runs the rows whose names contain the text. --out replaces the table of
this processor in a file, such as scripts/evidence/performance.md. Other work on the machine spoils the figures.

Of an update, the share is that of the products' operations in the processor's limit for their arithmetic. Of sampling, it is that of decoding,
after the prompts: of its operations, or of the weights' bytes in the reading of memory, whichever is larger.
"""
import argparse
import json
import re
import statistics
import subprocess
from pathlib import Path

UPDATE = ["--groups", "2", "--responses", "8", "--prompt", "96", "--response", "128", "--steps", "1"]


def rows(small, large):
    """(name, flags of `empo bench`) of each row."""
    yield "embedded model: sampling 512 sequences", ["rollout", "--prompts", "32", "--group", "16", "--prompt", "40", "--new", "48"]
    yield "embedded model: update, 32 groups of 16", ["learner"]
    if small != "none":
        yield "small, float32: sampling 64 sequences", ["rollout", small, "--prompts", "4", "--group", "16", "--prompt", "64", "--new", "32"]
        yield "small, float32: update, 2 groups of 8", ["learner", small, *UPDATE]
    if large == "none":
        return
    for arithmetic in ("exact", "bf16"):
        flags = ["--dtype", "bfloat16", "--arithmetic", arithmetic]
        for prompts, group in ((1, 1), (1, 16), (4, 16)):
            yield f"large, {arithmetic}: sampling {prompts * group} sequences", [
                "rollout", large, *flags, "--prompts", str(prompts), "--group", str(group), "--prompt", "64", "--new", "32"]
        yield f"large, {arithmetic}: update of all weights, 2 groups of 8", ["learner", large, *flags, *UPDATE]
        yield f"large, {arithmetic}: update of adapters of rank 16", ["learner", large, *flags, *UPDATE, "--lora", "16"]


def bench(program, flags, threads):
    words = [program, "bench", *flags, "--threads", str(threads)]
    found = subprocess.run(words, capture_output=True, text=True)
    if found.returncode != 0 and "--arithmetic" in flags:  # a build from before there were two
        place = words.index("--arithmetic")
        found = subprocess.run(words[:place] + words[place + 2 :], capture_output=True, text=True)
    if found.returncode != 0:
        raise SystemExit(f"performance.py: error: {' '.join(words)}: {found.stderr.strip()}")
    return json.loads(found.stdout.splitlines()[-1])


def processor():
    text = Path("/proc/cpuinfo").read_text()
    field = lambda name: re.search(rf"^{name}\s*: (.*)$", text, re.M).group(1)
    return f"{field('model name')} (family {field('cpu family')}, model {field('model')})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("small")
    parser.add_argument("large")
    parser.add_argument("--empo", default=".build/release/empo")
    parser.add_argument("--against")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", default="")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    programs = [options.empo] + ([options.against] if options.against else [])
    peaks = subprocess.run([options.empo, "bench", "peak", "--threads", str(options.threads)], check=True, capture_output=True, text=True)
    peak = json.loads(peaks.stdout.splitlines()[-1])
    lines = [
        f"## {processor()}", "",
        f"{options.threads} threads, {peak['kernels']} kernels: {peak['exact_gflops']:.0f} GFLOP/s exact, {peak['bf16_gflops']:.0f} in bf16, "
        f"{peak['read_gb_per_s']:.1f} GB/s. Medians of {options.rounds} rounds.", "",
        "| work | tokens/s | least … most | GFLOP/s | share of the limit |" + (" against before |" if options.against else ""),
        "|---|---:|---|---:|---:|" + ("---:|" if options.against else "")]
    for name, flags in rows(options.small, options.large):
        if options.rows not in name:
            continue
        found = [[bench(program, flags, options.threads) for program in programs] for _ in range(options.rounds)]
        speeds = [[result[place]["tokens_per_s"] for result in found] for place in range(len(programs))]
        own = [result[0] for result in found]
        operations, share = "", ""
        if "gflops" in own[0]:
            operations = f"{statistics.median(result['gflops'] for result in own):.0f}"
            share = f"{100 * statistics.median(result['peak_share'] for result in own):.0f} %"
        line = f"| {name} | {statistics.median(speeds[0]):,.1f} | {min(speeds[0]):,.1f} … {max(speeds[0]):,.1f} | {operations} | {share} |"
        if options.against:
            line += f" {statistics.median(speeds[0]) / statistics.median(speeds[1]):.2f} × |"
        lines.append(line)
        print("\n".join(lines[-1:]), flush=True)
    table = "\n".join(lines) + "\n"
    print("\n" + table)
    if options.out:
        before = options.out.read_text() if options.out.exists() else "# Performance\n\nMade by `performance.py`, a table for each kind of processor.\n\n"
        kept = [part for part in re.split(r"(?m)^(?=## )", before) if not part.startswith(lines[0] + "\n")]
        options.out.write_text("".join(kept).rstrip() + "\n\n" + table)


main()
