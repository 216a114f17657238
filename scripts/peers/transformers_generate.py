"""Sampling by transformers' generate(), as `empo bench rollout` times it: every prompt is continued by a group of samples at temperature 1, all
to the full length. Prints a line of JSON.

    transformers_generate.py MODEL [--prompts 32] [--group 16] [--prompt 40] [--new 48] [--dtype float32|bfloat16] [--threads 2]
"""
import argparse
import json
import resource
import time

import torch
from transformers import AutoModelForCausalLM


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    for name, size in {"prompts": 32, "group": 16, "prompt": 40, "new": 48, "threads": 2}.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    shape = parser.parse_args()
    torch.set_num_threads(shape.threads)
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(shape.model, dtype=getattr(torch, shape.dtype)).eval()
    prompts = torch.randint(2, model.config.vocab_size, (shape.prompts, shape.prompt))

    def sample(new: int) -> float:
        start = time.perf_counter()
        with torch.inference_mode():
            model.generate(
                prompts, attention_mask=torch.ones_like(prompts), do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
                num_return_sequences=shape.group, min_new_tokens=new, max_new_tokens=new, pad_token_id=0)
        return time.perf_counter() - start

    sample(min(4, shape.new))
    seconds = sample(shape.new)
    print(json.dumps({
        "peer": "transformers", "tokens_per_s": round(shape.prompts * shape.group * shape.new / seconds, 2), "seconds": round(seconds, 4),
        "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, **vars(shape)}))


main()
