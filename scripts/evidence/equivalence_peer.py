"""Math-Verify on pairs of answers: how often it is right, and how fast it is. Needs the package math-verify.

Usage: equivalence_peer.py time PAIRS [--group 8] [--both] [--no-timeout]   one JSON line, with the fields of `empo bench equivalence`
       equivalence_peer.py worst PAIRS [--limit 20]   each pair in a process of its own: {"slowest_ms", "slowest", "unfinished"}
       equivalence_peer.py prepare DATA FOLDER [--pairs 600 --beyond 200 --seed 0]   the files for equivalence.sh
       equivalence_peer.py table FOLDER   the figures of equivalence.sh, as Markdown
PAIRS has {"a", "b", "equivalent"} a line, and perhaps "kind".
A string without `$` (but `\\$`), `\\(`, `\\[` or `\\boxed` is wrapped in `$ $`.
"""
import argparse
import json
import logging
import multiprocessing
import random
import statistics
import time
from pathlib import Path


def main() -> None:
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    works = parser.add_subparsers(dest="work", required=True)
    timing = works.add_parser("time")
    timing.add_argument("pairs", type=Path)
    timing.add_argument("--group", type=int, default=8)
    timing.add_argument("--both", action="store_true", help="ask in both orders: only two equal answers count")
    timing.add_argument("--no-timeout", action="store_true", help="without Math-Verify's own timeouts of 5 s")
    worst = works.add_parser("worst")
    worst.add_argument("pairs", type=Path)
    worst.add_argument("--limit", type=float, default=20, help="seconds after which a pair is given up")
    preparation = works.add_parser("prepare")
    preparation.add_argument("data", type=Path)
    preparation.add_argument("folder", type=Path)
    preparation.add_argument("--pairs", type=int, default=600)
    preparation.add_argument("--beyond", type=int, default=200)
    preparation.add_argument("--seed", type=int, default=0)
    works.add_parser("table").add_argument("folder", type=Path)
    options = parser.parse_args()
    {"time": measure, "worst": measure_worst, "prepare": prepare, "table": print_table}[options.work](options)


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


class MathVerify:
    """The package with its default settings, as EMPO's code calls it for pairs."""

    def __init__(self, timeout: int | None = 5) -> None:
        import math_verify

        self.parse_text, self.verify_parsed, self.timeout = math_verify.parse, math_verify.verify, timeout
        # Loading and compiling, which happen once, are not timed.
        self.verify(self.parse("\\frac{1}{2}"), self.parse("0.5"))

    def parse(self, text: str) -> list:
        if not any(mark in text.replace("\\$", "") for mark in ("$", "\\(", "\\[", "\\boxed")):
            text = f"${text}$"
        return self.parse_text(text, parsing_timeout=self.timeout)

    def verify(self, first: list, second: list) -> bool:
        return self.verify_parsed(first, second, timeout_seconds=self.timeout)


def measure(options: argparse.Namespace) -> None:
    pairs = lines(options.pairs)
    judge = MathVerify(None if options.no_timeout else 5)
    kinds: dict[str, dict[str, int]] = {}
    times, asymmetric, false_equal = [], 0, 0
    for pair in pairs:
        start = time.perf_counter()
        first, second = judge.parse(pair["a"]), judge.parse(pair["b"])
        is_equal = judge.verify(first, second)
        if options.both:
            backwards = judge.verify(second, first)
            asymmetric += is_equal != backwards
            is_equal = is_equal and backwards
        times.append(time.perf_counter() - start)
        counts = kinds.setdefault(pair.get("kind", "all"), {"pairs": 0, "agree": 0})
        counts["pairs"] += 1
        counts["agree"] += is_equal == pair["equivalent"]
        false_equal += is_equal and not pair["equivalent"]

    answers = [answer for pair in pairs for answer in (pair["a"], pair["b"])]
    groups = [answers[start:start + options.group] for start in range(0, len(answers) - options.group + 1, options.group)]
    start = time.perf_counter()
    for group in groups:
        cluster(group, judge)
    group_seconds = time.perf_counter() - start

    slowest = max(range(len(times)), key=times.__getitem__)
    agree = sum(counts["agree"] for counts in kinds.values())
    figures = {
        "pairs": len(pairs), "agreement": agree / len(pairs), "kinds": dict(sorted(kinds.items())),
        "false_equal": false_equal, "pairs_per_second": len(pairs) / sum(times),
        "groups_per_second": len(groups) / group_seconds if groups else None, "slowest_ms": 1000 * times[slowest],
        "slowest": [pairs[slowest]["a"], pairs[slowest]["b"]]}
    print(json.dumps(figures | ({"asymmetric": asymmetric} if options.both else {})))


def cluster(answers: list[str], judge: MathVerify) -> list[int]:
    """Each answer is parsed once, and compared with the first members of the clusters until one matches."""
    first_members: list[list] = []
    clusters = []
    for answer in answers:
        parsed = judge.parse(answer)
        place = next((place for place, member in enumerate(first_members) if judge.verify(member, parsed)), len(first_members))
        if place == len(first_members):
            first_members.append(parsed)
        clusters.append(place)
    return clusters


def measure_worst(options: argparse.Namespace) -> None:
    """With the default timeouts, which are alarms: they wait for the interpreter's current operation, even a long one."""
    pairs = lines(options.pairs)
    slowest, unfinished = (0.0, ["", ""]), []
    for pair in pairs:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.Process(target=time_pair, args=(pair, theirs))
        process.start()
        theirs.close()
        try:
            if ours.poll(options.limit + 10):
                seconds = ours.recv()
            else:
                seconds = options.limit
                unfinished.append([pair["a"][:60], pair["b"][:60]])
        except EOFError:
            # It died: of memory, or of the depth of the recursion.
            seconds = 0.0
            unfinished.append([pair["a"][:60], pair["b"][:60]])
        process.kill()
        process.join()
        slowest = max(slowest, (seconds, [pair["a"][:60], pair["b"][:60]]))
    print(json.dumps({"slowest_ms": 1000 * slowest[0], "slowest": slowest[1], "unfinished": unfinished}))


def time_pair(pair: dict, connection) -> None:
    import resource

    # A tower of powers must not take the machine's memory.
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    judge = MathVerify()
    start = time.perf_counter()
    judge.verify(judge.parse(pair["a"]), judge.parse(pair["b"]))
    connection.send(time.perf_counter() - start)


HOSTILE = [
    "9^{9^{9^{9}}}", "10^{10^{10}}", "((9!)!)!", "99999999!", "\\sqrt{" * 200 + "2" + "}" * 200, "{" * 5000 + "1" + "}" * 5000,
    "(" * 2000 + "x" + ")" * 2000, "\\frac{1}{" * 300 + "2" + "}" * 300, "2^{" * 100 + "2" + "}" * 100, "(x+y+z)^{200}",
    "(x+1)(x+2)" * 20, "9" * 10_000, "9" * 3_000 + "/" + "7" * 3_000, "\\sin(" * 60 + "1" + ")" * 60, "1+" * 2000 + "1",
    "\\binom{1000000}{500000}", "e^{e^{e^{e}}}", "\\{" + ",".join(map(str, range(1500))) + "\\}", "-" * 3000 + "1",
    "\\sqrt{2+\\sqrt{3+\\sqrt{5+\\sqrt{7+\\sqrt{11}}}}}", "x^{99999999}-1", "0.(" + "142857" * 300 + ")",
]


def prepare(options: argparse.Namespace) -> None:
    """All pairs and samples of them, with their topics as their kinds; and answers that are made to be slow."""
    chosen = random.Random(options.seed)
    confirmed = [pair | {"kind": group(pair)} for pair in lines(options.data / "math" / "equivalence.jsonl")]
    beyond = [
        pair | {"kind": f"Math-Verify is wrong or asymmetric, {pair['basis']}"}
        for pair in lines(options.data / "math" / "beyond_math_verify.jsonl")]
    files = {
        "confirmed": confirmed, "beyond": beyond, "sample": chosen.sample(confirmed, min(options.pairs, len(confirmed))),
        "beyond_sample": chosen.sample(beyond, min(options.beyond, len(beyond))),
        "hostile": [{"a": text, "b": "1", "equivalent": False} for text in HOSTILE]}
    for name, pairs in files.items():
        (options.folder / f"{name}.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in pairs), encoding="utf-8")


def group(pair: dict) -> str:
    if pair["kind"] == "other_problem":
        return "answers of two problems"
    source = "benchmark answers" if pair["kind"].startswith("gold") else "generated families"
    return f"{source}, {'rewritten' if pair['equivalent'] else 'near misses'}"


def print_table(options: argparse.Namespace) -> None:
    """Ours on all pairs, theirs on the samples; speeds on the same sample, the median of the rounds."""
    def figures(name: str) -> list[dict]:
        return lines(options.folder / f"{name}.json")

    print("| pairs | empo agrees | Math-Verify agrees |\n|---|---:|---:|")
    for whole, sample in (("confirmed", "sample"), ("beyond", "beyond_sample")):
        ours, theirs = figures(f"empo_{whole}")[0]["kinds"], figures(f"peer_{sample}")[0]["kinds"]
        for kind in sorted(ours):
            print(f"| {kind} | {share(ours[kind])} | {share(theirs.get(kind))} |")
    ours, theirs = figures("empo_sample"), figures("peer_sample")
    print()
    print("| one thread, parsing included | empo | Math-Verify | ratio |\n|---|---:|---:|---:|")
    for field, name in (("pairs_per_second", "pairs a second"), ("groups_per_second", "groups of 8 answers a second")):
        a, b = (statistics.median(figure[field] for figure in side) for side in (ours, theirs))
        ratio = statistics.median(x[field] / y[field] for x, y in zip(ours, theirs))
        print(f"| {name} | {a:,.0f} | {b:,.1f} | {ratio:,.0f} |")
    a, b = (min(figure["slowest_ms"] for figure in side) for side in (ours, theirs))
    print(f"| slowest pair of the sample, ms | {a:,.2f} | {b:,.0f} | {b / a:,.0f} |")
    a, worst = figures("empo_hostile")[0]["slowest_ms"], figures("peer_hostile")[0]
    b = f"{worst['slowest_ms']:,.0f}" + (f", and {len(worst['unfinished'])} not answered" if worst["unfinished"] else "")
    print(f"| slowest of {len(HOSTILE)} hostile answers, ms | {a:,.2f} | {b} | {worst['slowest_ms'] / a:,.0f} |")
    whole = figures("empo_confirmed")[0]
    print(f"\nempo: all {whole['pairs']} pairs that Math-Verify confirms and {figures('empo_beyond')[0]['pairs']} on which it is wrong "
          f"or asymmetric; {whole['false_equal']} of the former falsely equal. Math-Verify: samples of {ours[0]['pairs']} and "
          f"{figures('peer_beyond_sample')[0]['pairs']}, the latter in both orders.")


def share(counts: dict | None) -> str:
    return f"{100 * counts['agree'] / counts['pairs']:.1f} % of {counts['pairs']}" if counts else "–"


if __name__ == "__main__":
    main()
