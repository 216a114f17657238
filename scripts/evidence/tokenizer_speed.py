#!/usr/bin/env python3
"""Times `empo tokenize` against Hugging Face's `tokenizers`, each on one thread, and compares every id.

Usage: scripts/evidence/tokenizer_speed.py TOKENIZER_FOLDER FILE.jsonl [MORE.jsonl ...] [--key question] [--rounds 5]

Two measurements, in alternation: all texts joined into one, and each text by itself. The library's time is its encode() alone.
Ours is the CPU time of the whole command, process start, JSON in and out included, less that of the same command on one short text.
Needs the Python package tokenizers.
"""
import argparse
import json
import os
import resource
import subprocess
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
from tokenizers import Tokenizer  # noqa: E402  (reads the variable)

EMPO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".build", "release", "empo")


def ours(folder, texts):
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run([EMPO, "tokenize", "--model", folder, "--no-special"], input=lines, stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, [json.loads(line)["ids"] for line in result.stdout.splitlines()]


def theirs(tokenizer, texts):
    start = time.process_time()
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    return time.process_time() - start, ids


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--key", default="question")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts = [json.loads(line)[options.key] for file in options.files for line in open(file, encoding="utf-8")]
    tokenizer = Tokenizer.from_file(os.path.join(options.folder, "tokenizer.json"))
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts)} texts, {size:.2f} MB")
    for name, inputs in (("one text", ["\n".join(texts)]), ("text by text", texts)):
        seconds = {"theirs": [], "ours": []}
        for _ in range(options.rounds):
            reference = theirs(tokenizer, inputs)
            found = ours(options.folder, inputs)
            if found[1] != reference[1]:
                raise SystemExit(f"{name}: the ids differ")
            start, _ = ours(options.folder, ["a"])
            seconds["theirs"].append(reference[0])
            seconds["ours"].append(max(found[0] - start, 1e-6))
        library, empo = min(seconds["theirs"]), min(seconds["ours"])
        print(
            f"{name:13} tokenizers {size / library:6.2f} MB/s   empo tokenize {size / empo:6.2f} MB/s   "
            f"ratio {library / empo:.1f}   ids identical"
        )


main()
