#!/usr/bin/env python3
"""Checks that an exported model opens in Hugging Face's transformers and is the model that it was exported from.

  check_export.py BASE EXPORTED [BASE EXPORTED ...] [--converter convert_hf_to_gguf.py]

BASE is the folder that was exported: a checkpoint of a run, or a downloaded model; there may be several pairs. Prints a line
for each comparison; exits 1 if anything differs.

  - the files: no unfinished ones, an index that names each shard's tensors and their size, a config.json that differs from BASE's in the
    type of the weights alone;
  - every tensor, bit for bit: BASE's, rounded to the type that EXPORTED's config.json names;
  - the logits of AutoModelForCausalLM.from_pretrained, exactly: those of BASE with its weights rounded to that type;
  - with --converter, that llama.cpp's script makes a GGUF file of EXPORTED, which needs its tokenizer's files.

Needs torch and transformers.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
from safetensors import safe_open
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

failures = 0


def tell(is_same, what):
    global failures
    failures += not is_same
    print(("same     " if is_same else "DIFFERS  ") + what)


def tensors_of(folder):
    """All tensors of a folder, each from the file that its index names, and how many files there are."""
    index = folder / "model.safetensors.index.json"
    if (folder / "model.safetensors").exists():
        files = {None: "model.safetensors"}
    else:
        files = json.loads(index.read_text())["weight_map"]
    tensors = {}
    for file in sorted(set(files.values())):
        with safe_open(folder / file, framework="pt") as opened:
            for name in opened.keys():
                assert None in files or files[name] == file, f"{name} is in {file}"
                tensors[name] = opened.get_tensor(name)
    assert None in files or set(files) == set(tensors), "the index and the shards name other tensors"
    return tensors, len(set(files.values()))


def check_files(base, exported):
    unfinished = [path.name for path in exported.iterdir() if path.name.endswith(".partial")]
    tell(not unfinished, f"no unfinished files {unfinished or ''}")
    tensors, files = tensors_of(exported)
    size = sum(t.numel() * t.element_size() for t in tensors.values())
    if files > 1:
        total = json.loads((exported / "model.safetensors.index.json").read_text())["metadata"]["total_size"]
        tell(total == size, f"model.safetensors.index.json: {files} shards, total_size {total:,}")
    before, after = (AutoConfig.from_pretrained(folder).to_dict() for folder in (base, exported))
    wrong = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} - {"dtype", "torch_dtype", "_name_or_path"}
    tell(not wrong, f"config.json: {len(after)} fields {sorted(wrong) or ''}")


def bits(tensor):
    return tensor.contiguous().flatten().view(torch.uint8)


def check_weights(base, exported, dtype):
    before, _ = tensors_of(base)
    after, _ = tensors_of(exported)
    tied = AutoConfig.from_pretrained(base).tie_word_embeddings
    names = {name for name in before if "rotary_emb.inv_freq" not in name and not (tied and name == "lm_head.weight")}
    wrong = sorted(names ^ set(after))
    wrong += [n for n in names & set(after)
              if after[n].dtype != dtype or after[n].shape != before[n].shape or not torch.equal(bits(after[n]), bits(before[n].to(dtype)))]
    count = sum(t.numel() for t in after.values())
    tell(not wrong, f"weights: {len(after)} tensors, {count:,} parameters, {dtype}, bit for bit {wrong[:5] or ''}")


def check_logits(base, exported, dtype):
    auto = AutoModelForCausalLM.from_pretrained(exported)
    tell(auto.dtype == dtype, f"transformers takes {auto.dtype} from config.json")
    after = AutoModelForCausalLM.from_pretrained(exported, dtype=torch.float32).eval()
    before = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).to(dtype).float().eval()
    # .to() also rounds the rotary frequencies, which are in no file.
    before.model.rotary_emb.inv_freq = after.model.rotary_emb.inv_freq
    torch.manual_seed(0)
    tokens = torch.randint(0, after.config.vocab_size, (2, 48))
    with torch.no_grad():
        difference = (after(tokens).logits - before(tokens).logits).abs().max().item()
    tell(difference == 0, f"logits of {tokens.numel()} tokens: largest difference {difference:g}")


def check_converter(exported, converter):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "model.gguf"
        run = subprocess.run([sys.executable, converter, exported, "--outfile", out], capture_output=True, text=True)
        made = run.returncode == 0 and out.exists() and out.stat().st_size > 0
        tell(made, f"llama.cpp: {out.stat().st_size:,} bytes" if made else "llama.cpp: " + run.stderr[-2000:])


def check(base, exported, converter):
    print(f"{base} -> {exported}")
    config = json.loads((exported / "config.json").read_text())
    dtype = getattr(torch, config.get("dtype") or config["torch_dtype"])
    check_files(base, exported)
    check_weights(base, exported, dtype)
    check_logits(base, exported, dtype)
    if (exported / "tokenizer.json").exists():
        text = "Ann has 12 pens. So \\boxed{12}."
        tokenizer = AutoTokenizer.from_pretrained(exported)
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        tell(tokenizer.decode(ids) == text, f"tokenizer: a text of {len(ids)} tokens comes back")
    if converter:
        check_converter(exported, converter)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=pathlib.Path, nargs="+", metavar="BASE EXPORTED")
    parser.add_argument("--converter", type=pathlib.Path, help="llama.cpp's convert_hf_to_gguf.py")
    options = parser.parse_args()
    if len(options.folders) % 2:
        parser.error("expected pairs of folders: BASE EXPORTED")
    torch.set_num_threads(1)
    for base, exported in zip(options.folders[::2], options.folders[1::2]):
        check(base, exported, options.converter)
    sys.exit(failures > 0)


main()
