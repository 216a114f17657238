#!/usr/bin/env python3
"""How far log-probabilities in bf16 are from float32's, of PyTorch and of empo: a table in Markdown.

    scripts/evidence/bf16_error.py MODEL QUESTIONS [--empo PROGRAM] [--texts 32]

MODEL is a folder whose weights are bfloat16, QUESTIONS a JSON-lines file with texts under "question", four of which make a text. PyTorch's float32 run
of the same weights is what all are compared with: over all tokens, the mean and the largest difference of ln p. Needs torch and transformers.
"""
import argparse
import json
import subprocess
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM


def scores(program, model, arithmetic, ids):
    lines = "".join(json.dumps({"ids": row}) + "\n" for row in ids)
    found = subprocess.run([program, "score", "--model", model, "--arithmetic", arithmetic], input=lines, capture_output=True, text=True, check=True)
    return torch.tensor([value for line in found.stdout.splitlines() for value in json.loads(line)["logprobs"][1:]], dtype=torch.float64)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("questions")
    parser.add_argument("--empo", default=".build/release/empo")
    parser.add_argument("--texts", type=int, default=32)
    options = parser.parse_args()
    questions = [json.loads(line)["question"] for line in Path(options.questions).read_text().splitlines()]
    texts = ["\n".join(questions[4 * index : 4 * index + 4]) for index in range(options.texts)]
    told = subprocess.run([options.empo, "tokenize", "--model", options.model], input="".join(json.dumps({"text": text}) + "\n" for text in texts),
                          capture_output=True, text=True, check=True)
    ids = [json.loads(line)["ids"] for line in told.stdout.splitlines()]

    def torch_scores(dtype):
        model = AutoModelForCausalLM.from_pretrained(options.model, dtype=dtype).eval()
        rows = []
        with torch.inference_mode():
            for row in ids:
                logits = model(torch.tensor([row])).logits[0].float()
                rows.append(torch.log_softmax(logits, -1)[:-1].gather(1, torch.tensor(row[1:])[:, None])[:, 0].double())
        return torch.cat(rows)

    reference = torch_scores(torch.float32)
    rows = [("PyTorch, bfloat16", torch_scores(torch.bfloat16)), ("empo, bf16", scores(options.empo, options.model, "bf16", ids)),
            ("empo, exact", scores(options.empo, options.model, "exact", ids))]
    print(f"{len(reference)} tokens of {len(ids)} texts\n\n| ln p against PyTorch's in float32 | mean difference | largest |\n|---|---:|---:|")
    for name, found in rows:
        difference = (found - reference).abs()
        print(f"| {name} | {difference.mean():.2g} | {difference.max():.2g} |")


main()
