"""The speed of PyTorch and transformers at the work that `empo bench` times, as one JSON line: tokens a second.

Usage: peers.py rollout [--prompts 32 --group 16 --prompt 40 --new 48] | learner [--batch 512 --length 88]  [--threads 2]
The model has the embedded one's shape and random weights, in float32. Needs torch and transformers.
"""
import argparse
import json
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["rollout", "learner"])
    for name, default in [("prompts", 32), ("group", 16), ("prompt", 40), ("new", 48), ("batch", 512), ("length", 88), ("threads", 2)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    shape = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(shape.threads)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=376, hidden_size=96, intermediate_size=288, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
        head_dim=24, max_position_embeddings=512, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0))
    tokens, seconds = (rollout if shape.work == "rollout" else learner)(model, shape)
    print(json.dumps({"peer": f"transformers {shape.work}", "tokens_per_s": round(tokens / seconds, 1), "seconds": round(seconds, 3)}))


def rollout(model: LlamaForCausalLM, shape: argparse.Namespace) -> tuple[int, float]:
    """Every prompt continued `group` times at temperature 1, all to the full length."""
    model.eval()
    prompts = torch.randint(1, model.config.vocab_size, (shape.prompts, shape.prompt))

    def sample(new: int) -> None:
        with torch.inference_mode():
            model.generate(prompts, attention_mask=torch.ones_like(prompts), do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
                           num_return_sequences=shape.group, min_new_tokens=new, max_new_tokens=new, pad_token_id=0)

    sample(2)
    start = time.perf_counter()
    sample(shape.new)
    return shape.prompts * shape.group * shape.new, time.perf_counter() - start


def learner(model: LlamaForCausalLM, shape: argparse.Namespace) -> tuple[int, float]:
    """Forward, policy-gradient loss, backward, clipping and AdamW over the whole batch."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6)
    tokens = torch.randint(1, model.config.vocab_size, (shape.batch, shape.length))
    advantages = torch.randn(shape.batch, 1)

    def update() -> None:
        logits = model(tokens).logits[:, :-1]
        chosen = torch.log_softmax(logits, -1).gather(-1, tokens[:, 1:, None])[..., 0]
        loss = -(torch.exp(chosen - chosen.detach()) * advantages).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    update()
    start = time.perf_counter()
    for _ in range(3):
        update()
    return 3 * shape.batch * shape.length, time.perf_counter() - start


main()
