#!/usr/bin/env python3
"""Checks that a checkpoint folder opens in Hugging Face's transformers, and that transformers and the run agree about it.

  check_checkpoint.py FOLDER            such as runs/mine/checkpoints/step-000050

Prints a line for each comparison; exits 1 if anything differs.

Always: the digests of manifest.json; every tensor of model.safetensors with the parameters that AutoModelForCausalLM has, bit for
bit; that AutoTokenizer gives a text back. Where the run's folder is around it: policy_sha256 of report.json, for the final folder;
and, for a run whose questions are in a file, the responses in the ledger that this very policy sampled: their log-probabilities and,
where the run sampled greedily (sampling.top_k 1), each token with the largest of transformers' logits. For a final folder and a
held-out file: the greedy accuracy of report.json, with transformers' greedy answers.

Needs torch and transformers.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sqlite3
import struct
import sys

# Two float32 implementations add in different orders, which changes a log-probability by about 1e-5; a wrong weight changes it far more.
TOLERANCE = 1e-3
# How many responses, and held-out questions, are compared at most.
RESPONSES, QUESTIONS = 64, 400

failures = 0


def tell(is_same, what):
    global failures
    failures += not is_same
    print(("same     " if is_same else "DIFFERS  ") + what)


def skip(what):
    print("skipped  " + what)


def tensors_of(path):
    """Name, type, shape and bytes of a safetensors file's tensors in the file's order, read without the library behind transformers."""
    data = path.read_bytes()
    begin = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:begin])
    header.pop("__metadata__", None)
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        first, end = entry["data_offsets"]
        yield name, entry["dtype"], entry["shape"], data[begin + first:begin + end]


def check_manifest(folder):
    path = folder / "manifest.json"
    if not path.exists():
        return skip("manifest.json is not there")
    files = json.loads(path.read_text())["files"]
    wrong = [n for n, f in files.items() if hashlib.sha256((folder / n).read_bytes()).hexdigest() != f["sha256"]]
    tell(files and not wrong, f"manifest.json: SHA-256 of {len(files)} files {wrong or ''}")


def check_weights(folder, model):
    import torch

    state = model.state_dict()
    tied = getattr(model, "_tied_weights_keys", None) if model.config.tie_word_embeddings else None
    names, count, wrong = set(), 0, []
    for name, dtype, shape, data in tensors_of(folder / "model.safetensors"):
        names.add(name)
        count += len(data) // 4
        found = state.get(name)
        if dtype != "F32" or found is None or list(found.shape) != shape \
                or found.contiguous().flatten().view(torch.uint8).numpy().tobytes() != data:
            wrong.append(name)
    wrong += sorted(set(state) - names - set(tied or []))
    tell(not wrong, f"model.safetensors: {len(names)} tensors, {count:,} parameters as loaded, bit for bit {wrong or ''}")


def check_tokenizer(tokenizer):
    text = "Ann has 12 pens, and buys 7 more: 12+7=19. So \\boxed{19}."
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    tell(tokenizer.decode(ids) == text, f"AutoTokenizer: a text of {len(ids)} tokens comes back")


def check_policy_digest(folder, report):
    digest = hashlib.sha256()
    for _, _, _, data in tensors_of(folder / "model.safetensors"):
        digest.update(data)
    tell(digest.hexdigest() == report["policy_sha256"], "report.json: policy_sha256")


def scalar(text, key, default=None):
    """A scalar of a resolved config.yaml, dotted where nested by one level."""
    *outer, inner = key.split(".")
    if outer:
        block = re.search(rf"^{outer[0]}:\n((?:[ #].*\n|\n)*)", text, re.M)
        text = re.sub(r"^  ", "", block.group(1), flags=re.M) if block else ""
    found = re.search(rf"^{inner}: (.*)$", text, re.M)
    if not found:
        return default
    value = found.group(1).strip()
    return json.loads(value) if value.startswith('"') else value


def questions_of(path, config):
    key, answer = scalar(config, "question_key"), scalar(config, "answer_key")
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                fields = json.loads(line)
                yield str(fields.get("id", number)), fields[key], fields.get(answer)


def prompt_of(question, config):
    return scalar(config, "prompt_template").replace("{question}", question)


def check_samples(run, version, config, model, tokenizer):
    import torch

    path = scalar(config, "questions")
    if path == "embedded" or not (run / "ledger.sqlite").exists():
        return skip("log-probabilities: the run has no questions file")
    texts = {name: text for name, text, _ in questions_of(path, config)}
    ledger = sqlite3.connect(f"file:{run / 'ledger.sqlite'}?mode=ro", uri=True)
    rows = ledger.execute(
        "SELECT question_id, tokens, log_probabilities FROM valid_groups JOIN responses ON group_id = id "
        "WHERE policy_version = ? ORDER BY step, slot, sample LIMIT ?", (version, RESPONSES)).fetchall()
    if not rows:
        return skip(f"log-probabilities: no response was sampled from version {version}; take an earlier folder")
    is_greedy = scalar(config, "sampling.top_k") == "1"
    worst, count, unequal = 0.0, 0, 0
    for name, tokens, expected in rows:
        tokens = list(struct.unpack(f"<{len(tokens) // 4}i", tokens))
        expected = torch.tensor(struct.unpack(f"<{len(expected) // 4}f", expected))
        prompt = tokenizer(prompt_of(texts[name], config))["input_ids"]
        with torch.no_grad():
            logits = model(torch.tensor([prompt + tokens])).logits[0, len(prompt) - 1:-1].float()
        found = logits.log_softmax(-1)[range(len(tokens)), tokens]
        worst, count = max(worst, (found - expected).abs().max().item()), count + len(tokens)
        unequal += int((logits.argmax(-1) != torch.tensor(tokens)).sum())
    tell(worst < TOLERANCE, f"log-probabilities of {count:,} sampled tokens: largest difference {worst:.1e}")
    if is_greedy:
        tell(unequal == 0, f"greedy tokens: {count - unequal:,} of {count:,} are transformers' own choice")


def check_greedy(report, config, model, tokenizer):
    import torch

    path = scalar(config, "held_out")
    if path in ("embedded", "none") or "after" not in report:
        return skip("greedy accuracy: the run has no held-out file")
    questions = list(questions_of(path, config))
    if len(questions) > QUESTIONS:
        return skip(f"greedy accuracy: more than {QUESTIONS} held-out questions")
    right = 0
    for _, text, answer in questions:
        prompt = tokenizer(prompt_of(text, config), return_tensors="pt")
        with torch.no_grad():
            out = model.generate(**prompt, do_sample=False, max_new_tokens=int(scalar(config, "sampling.max_new_tokens")))
        response = tokenizer.decode(out[0, prompt["input_ids"].shape[1]:], skip_special_tokens=True)
        boxed = re.findall(r"\\boxed\{([^{}]*)\}", response) or re.findall(r"answer is:?\s*\$?(-?[\d.,/]*\d)", response)
        right += bool(boxed) and boxed[-1].strip() == str(answer).strip()
    share, expected = right / len(questions), report["after"]["greedy"]
    tell(abs(share - expected) < 1e-9, f"greedy accuracy on {len(questions)} held-out questions: {share:.4f}, report.json {expected:.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder.resolve()
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        sys.exit(f"check_checkpoint: {error}: install torch and transformers")
    if not (folder / "model.safetensors").exists():
        sys.exit(f"check_checkpoint: {folder} has no model.safetensors: expected a folder of checkpoints/")

    logging.disable_progress_bar()
    check_manifest(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    check_weights(folder, model)
    check_tokenizer(tokenizer)

    run, state = folder.parent.parent, folder / "state.json"
    if state.exists() and (run / "config.yaml").exists():
        step, config = json.loads(state.read_text())["step"], (run / "config.yaml").read_text(encoding="utf-8")
        check_samples(run, step, config, model, tokenizer)
        report = json.loads((run / "report.json").read_text()) if (run / "report.json").exists() else {}
        if report.get("steps") == step:
            check_policy_digest(folder, report)
            check_greedy(report, config, model, tokenizer)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
