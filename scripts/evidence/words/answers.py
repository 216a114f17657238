#!/usr/bin/env python3
"""Answers to the word problems of words.sh, worked out from the numbers in their text: each family of problems has one formula.

    scripts/evidence/words/answers.py QUESTIONS.jsonl > LABELLED.jsonl

Lines that have an answer are checked against the formula. A question of another family, or an answer that differs, ends it with status 1.
"""
import json
import re
import sys

# What tells a family, and its answer from the numbers in the order of the text.
FAMILIES = (
    (r"packs? \d+ bags", lambda a: (a[0] * a[1] - a[2]) / a[3]),
    (r"boxes with", lambda a: a[0] * a[1] + a[2] * a[3] - a[4]),
    (r"A box of .* costs", lambda a: a[4] - a[0] * a[2] - a[1] * a[3]),
    (r"earns", lambda a: (a[0] * a[1] - a[3]) * a[4]),
    (r"percent", lambda a: a[0] - a[0] * a[1] // 100 - a[2]),  # whole coins are sold, as in the held-out answers
    (r"pages a day", lambda a: a[4] - a[0] * a[1] - a[2] * a[3]),
    (r"times as many", lambda a: a[0] + a[0] * a[1] - a[2]),
    (r"packs of", lambda a: a[0] * a[1] + a[2]),
    (r"shares", lambda a: a[0] / a[1]),
    (r"Each box holds", lambda a: a[0] * a[1]),
    (r"finds", lambda a: a[0] + a[1] - a[2]),
    (r"gave", lambda a: a[0] - a[1]),
    (r"has .* buys", lambda a: a[0] + a[1]),
)


def answer(question):
    numbers = [int(number) for number in re.findall(r"\d+", question)]
    formula = next((formula for family, formula in FAMILIES if re.search(family, question)), None)
    if formula is None:
        raise SystemExit(f"answers.py: error: no family has this question: {question}")
    return f"{formula(numbers):g}"


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    for text in open(sys.argv[1]):
        line = json.loads(text)
        found = answer(line["question"])
        if line.get("answer", found) != found:
            raise SystemExit(f"answers.py: error: {found}, but the file says {line['answer']}: {line['question']}")
        print(json.dumps({"question": line["question"], "answer": found}))


if __name__ == "__main__":
    main()
