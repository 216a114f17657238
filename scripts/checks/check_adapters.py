#!/usr/bin/env python3
"""Checks that exported adapters open in PEFT, that merged ones open in transformers, and that both are the adapters they were made of.

  check_adapters.py BASE ADAPTERS [--exported DIR] [--merged DIR] [--converter convert_hf_to_gguf.py]

BASE is a model's folder and ADAPTERS the PEFT folder that was exported: one of PEFT's own, or a checkpoint of a run with adapters.
Prints a line for each comparison; exits 1 if anything differs.

  - ADAPTERS, and --exported, the export without --merge: PEFT opens them without a warning;
  - --exported: the settings and every tensor are those of ADAPTERS, bit for bit in float32, and so are the logits on BASE;
  - --merged, the export with --merge: every weight is that of PEFT's merge_and_unload, rounded to the type that config.json names, but
    for the last bit of some; the logits are close to those of PEFT's merged model rounded alike;
  - with --converter, that llama.cpp's script makes a GGUF file of --merged, which needs its tokenizer's files.

Needs torch, transformers and peft.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import torch
from peft import PeftConfig, PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

# A logit is a sum of products; of the last bit of one weight in some hundreds, it keeps far less than this share of its own size.
LOGIT_TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 2e-2}

failures = 0


def tell(is_same, what):
    global failures
    failures += not is_same
    print(("same     " if is_same else "DIFFERS  ") + what)


def open_base(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def open_adapters(base, folder):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(open_base(base), folder).eval()
    told = [str(w.message).splitlines()[0] for w in caught if "peft" in pathlib.Path(w.filename).parts]
    tell(not told, f"peft opens {folder}, rank {model.peft_config['default'].r} {told or ''}")
    return model


def logits(model):
    torch.manual_seed(0)
    tokens = torch.randint(0, model.config.vocab_size, (2, 48))
    with torch.no_grad():
        return model(tokens).logits


def tensors_of(folder):
    tensors = load_file(folder / "adapter_model.safetensors")
    return {name.replace(".default.", "."): tensor.float() for name, tensor in tensors.items()}


def check_exported(base, adapters, expected, exported):
    fields = ["peft_type", "r", "lora_alpha", "use_rslora", "bias", "task_type"]
    before, after = (PeftConfig.from_pretrained(folder) for folder in (adapters, exported))
    wrong = [name for name in fields if getattr(before, name) != getattr(after, name)]
    tell(not wrong, f"adapter_config.json: {len(fields)} settings {wrong or ''}")
    before, after = tensors_of(adapters), tensors_of(exported)
    wrong = sorted(before.keys() ^ after.keys())
    wrong += [n for n in before.keys() & after.keys() if before[n].shape != after[n].shape or not torch.equal(before[n], after[n])]
    tell(not wrong, f"adapters: {len(after)} tensors, {sum(t.numel() for t in after.values()):,} parameters, bit for bit {wrong[:5] or ''}")
    difference = (logits(open_adapters(base, exported)) - expected).abs().max().item()
    tell(difference == 0, f"logits of the exported adapters: largest difference {difference:g}")


def check_merged(model, merged, converter):
    config = json.loads((merged / "config.json").read_text())
    dtype = getattr(torch, config.get("dtype") or config["torch_dtype"])
    after = AutoModelForCausalLM.from_pretrained(merged, dtype=dtype).eval()
    frequencies = after.model.rotary_emb.inv_freq
    before = model.merge_and_unload().to(dtype)
    wrong, changed, count = [], 0, 0
    states = before.state_dict(), after.state_dict()
    for name, expected in states[0].items():
        found = states[1].get(name)
        if found is None or found.shape != expected.shape or found.dtype != dtype:
            wrong.append(name)
            continue
        count += found.numel()
        changed += (found != expected).sum().item()
        # In float32 the order of the sum shows, too; in 16 bits only the last one of some.
        room = torch.finfo(dtype).eps * expected.float().abs() + 1e-5
        if ((found.float() - expected.float()).abs() > room).any():
            wrong.append(name)
    wrong += sorted(states[1].keys() - states[0].keys())
    tell(not wrong, f"merged weights: {count:,} in {dtype}, of which {changed:,} differ in their last bits {wrong[:5] or ''}")
    before, after = before.float(), after.float()
    # The rotary frequencies are in no file, and are rounded by the conversions above.
    before.model.rotary_emb.inv_freq = after.model.rotary_emb.inv_freq = frequencies.float()
    expected = logits(before)
    share = ((logits(after) - expected).abs().max() / expected.abs().max()).item()
    tell(share <= LOGIT_TOLERANCE[dtype], f"logits of the merged model: largest difference {share:.1e} of the largest logit")
    if converter:
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "model.gguf"
            run = subprocess.run([sys.executable, converter, merged, "--outfile", out], capture_output=True, text=True)
            made = run.returncode == 0 and out.exists() and out.stat().st_size > 0
            tell(made, f"llama.cpp: {out.stat().st_size:,} bytes" if made else "llama.cpp: " + run.stderr[-2000:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=pathlib.Path, metavar="BASE")
    parser.add_argument("adapters", type=pathlib.Path, metavar="ADAPTERS")
    parser.add_argument("--exported", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--merged", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--converter", type=pathlib.Path, help="llama.cpp's convert_hf_to_gguf.py")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{options.base} with {options.adapters}")
    model = open_adapters(options.base, options.adapters)
    if options.exported:
        check_exported(options.base, options.adapters, logits(model), options.exported)
    if options.merged:
        check_merged(model, options.merged, options.converter)
    sys.exit(failures > 0)


main()
