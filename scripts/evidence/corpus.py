"""What real models write, read by `empo` and by Math-Verify. Parts of corpus.sh, which says how to call it.

Usage: corpus.py questions DATA FOLDER       prompts.jsonl and ids.txt: every fifth question of math500, as conversations
       corpus.py keep FOLDER MODEL CORPUS    appends MODEL's responses in FOLDER to CORPUS
       corpus.py compare CORPUS EMPO OUT     writes where the two disagree, a JSON line each, and prints how often
       corpus.py table OUT READING           the disagreements by cause, as Markdown, after a person's reading of them
CORPUS has {"model", "question", "responses": [{"text", "finish_reason"}]} a line: a group of responses to one question.
READING has {"kind", "model", "question", "place", "cause", "right"} a line: right is ours, theirs, both or neither.
`compare` needs the package math-verify.
"""
import collections
import itertools
import json
import logging
import subprocess
import sys
from pathlib import Path

SYSTEM = "Please reason step by step, and output your final answer within \\boxed{}."


def lines(path: Path | str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line]


def write(path: Path | str, rows: list[dict], mode: str = "w") -> None:
    with open(path, mode, encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def questions(data: str, folder: str) -> None:
    chosen = lines(Path(data) / "benchmarks" / "math500.jsonl")[::5]
    messages = [[{"role": "system", "content": SYSTEM}, {"role": "user", "content": row["question"]}] for row in chosen]
    write(Path(folder) / "prompts.jsonl", [{"messages": message} for message in messages])
    (Path(folder) / "ids.txt").write_text("".join(row["id"] + "\n" for row in chosen), encoding="utf-8")


def keep(folder: str, model: str, corpus: str) -> None:
    ids = (Path(folder) / "ids.txt").read_text(encoding="utf-8").split()
    groups = zip(ids, lines(Path(folder) / f"{model}.jsonl"), strict=True)
    write(corpus, [
        {"model": model, "question": question,
         "responses": [{key: response[key] for key in ("text", "finish_reason")} for response in group["responses"]]}
        for question, group in groups], mode="a")


class Empo:
    """The program's answers to JSON lines."""

    def __init__(self, program: str) -> None:
        self.program = program

    def ask(self, command: str, rows: list[dict]) -> list[dict]:
        text = "".join(json.dumps(row) + "\n" for row in rows)
        told = subprocess.run([self.program, command], input=text, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in told.stdout.splitlines()]


class MathVerify:
    """The package with its default settings, as EMPO's own code calls it."""

    def __init__(self) -> None:
        import math_verify

        logging.disable(logging.CRITICAL)
        self.parse, self.verify = math_verify.parse, math_verify.verify

    def answer(self, response: str) -> str:
        """What it extracts: the text of the last of its forms, or nothing."""
        parsed = self.parse(response)
        return str(parsed[-1]) if parsed else ""

    def equal(self, first: str, second: str) -> bool:
        """In either order, as an answer is compared with those before it."""
        one, other = (self.parse(text if any(mark in text for mark in ("$", "\\boxed")) else f"${text}$") for text in (first, second))
        return self.verify(one, other) or self.verify(other, one)


def compare(corpus: str, program: str, out: str) -> None:
    empo, peer = Empo(program), MathVerify()
    groups = lines(corpus)
    responses = [(group, place, response["text"]) for group in groups for place, response in enumerate(group["responses"])]
    ours = [row["answer"] for row in empo.ask("extract", [{"response": text} for _, _, text in responses])]
    theirs = [peer.answer(text) for _, _, text in responses]
    alike = [row["equivalent"] for row in empo.ask("equivalent", [{"a": a, "b": b} for a, b in zip(ours, theirs)])]
    found = []
    for (group, place, text), one, other, is_alike in zip(responses, ours, theirs, alike):
        if not (one or other) or (one and other and (one == other or is_alike or peer.equal(one, other))):
            continue
        found.append({
            "kind": "extraction", "model": group["model"], "question": group["question"], "place": str(place),
            "ours": one, "theirs": other, "finish_reason": group["responses"][place]["finish_reason"], "end": text[-700:]})
    extractions = len(found)

    answers: dict[tuple, list[str]] = {}
    for (group, _, _), one in zip(responses, ours):
        answers.setdefault((group["model"], group["question"]), []).append(one)
    pairs = [
        (model, question, i, j, group[i], group[j])
        for (model, question), group in answers.items() for i, j in itertools.combinations(range(len(group)), 2)
        if group[i] and group[j] and group[i] != group[j]]
    verdicts = empo.ask("equivalent", [{"a": a, "b": b} for *_, a, b in pairs])
    for (model, question, i, j, a, b), verdict in zip(pairs, verdicts):
        peers = peer.equal(a, b)
        if verdict["equivalent"] != peers:
            found.append({
                "kind": "pair", "model": model, "question": question, "place": f"{i},{j}", "a": a, "b": b,
                "ours": verdict["equivalent"], "theirs": peers})
    write(out, found)
    print(f"{len(responses)} responses: {sum(1 for one in ours if one)} with an answer by empo, "
          f"{sum(1 for other in theirs if other)} by Math-Verify, {extractions} read otherwise")
    print(f"{len(pairs)} pairs of different answers in a group: {sum(1 for verdict in verdicts if verdict['equivalent'])} equal by empo, "
          f"{len(found) - extractions} judged otherwise by Math-Verify")


def table(out: str, reading: str) -> None:
    key = ("kind", "model", "question", "place")
    read = {tuple(row[part] for part in key): row for row in lines(reading)}
    counts: dict[tuple, collections.Counter] = {}
    unread = 0
    for row in lines(out):
        one = read.get(tuple(row[part] for part in key))
        if one is None:
            unread += 1
            continue
        counts.setdefault((one["kind"], one["cause"]), collections.Counter())[one["right"]] += 1
    print("| what differs | cases | empo is right | Math-Verify | both | neither |\n|---|---:|---:|---:|---:|---:|")
    for (kind, cause), count in sorted(counts.items(), key=lambda item: (item[0][0], -item[1].total())):
        told = " | ".join(str(count[right]) for right in ("ours", "theirs", "both", "neither"))
        print(f"| {kind}: {cause} | {count.total()} | {told} |")
    for kind in ("extraction", "pair"):
        total = sum((count for (one, _), count in counts.items() if one == kind), collections.Counter())
        decided = total["ours"] + total["theirs"] + total["neither"]
        share = f"empo alone is right in {100 * total['ours'] / decided:.1f} % of {decided}" if decided else "nothing differs"
        print(f"\n{kind}: {share}")
    if unread:
        print(f"\n{unread} cases are not read", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    works = {"questions": questions, "keep": keep, "compare": compare, "table": table}
    if len(sys.argv) < 2 or sys.argv[1] not in works:
        sys.exit(__doc__)
    works[sys.argv[1]](*sys.argv[2:])
