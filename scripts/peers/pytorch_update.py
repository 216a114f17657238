"""One update of a policy by PyTorch and transformers, as `empo bench learner` times it: forward, policy-gradient loss, backward, clipping and
AdamW on groups of responses to shared prompts. Prints a line of JSON.

    pytorch_update.py MODEL [--groups 8] [--responses 8] [--prompt 96] [--response 128] [--micro-batch N]
                      [--dtype float32|bfloat16] [--lora RANK] [--steps 3] [--threads 2]

Weights, gradients and moments are float32; bfloat16 is autocast. With --lora the base is frozen, in the type of the arithmetic, and the
adapters of all projections are float32. Logits are computed at response tokens alone. `tokens_per_s` counts those of responses.
"""
import argparse
import json
import resource
import statistics
import time

import torch
from transformers import AutoModelForCausalLM


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    sizes = {"groups": 8, "responses": 8, "prompt": 96, "response": 128, "micro-batch": 0, "lora": 0, "steps": 3, "threads": 2}
    for name, size in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    return parser.parse_args()


def policy(shape: argparse.Namespace) -> torch.nn.Module:
    is_frozen = shape.lora > 0
    dtype = torch.bfloat16 if is_frozen and shape.dtype == "bfloat16" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(shape.model, dtype=dtype)
    if is_frozen:
        from peft import LoraConfig, get_peft_model

        model = get_peft_model(
            model, LoraConfig(r=shape.lora, lora_alpha=2 * shape.lora, target_modules="all-linear", task_type="CAUSAL_LM"))
    return model.train()


class Update:
    """A batch that is trained on again and again."""

    def __init__(self, shape: argparse.Namespace) -> None:
        self.shape = shape
        self.model = policy(shape)
        self.trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(self.trained, lr=1e-6, weight_decay=0.0, fused=True)
        vocabulary = self.model.config.vocab_size
        sequences = shape.groups * shape.responses
        prompts = torch.randint(2, vocabulary, (shape.groups, shape.prompt)).repeat_interleave(shape.responses, dim=0)
        self.tokens = torch.cat([prompts, torch.randint(2, vocabulary, (sequences, shape.response))], dim=1)
        # Half of each group is rewarded.
        self.advantages = torch.tensor([1.0, -1.0]).repeat(sequences // 2 + 1)[:sequences]
        self.size = shape.micro_batch or sequences

    def loss(self, part: slice) -> torch.Tensor:
        tokens, length = self.tokens[part], self.shape.response
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.shape.dtype == "bfloat16"):
            logits = self.model(input_ids=tokens, use_cache=False, logits_to_keep=length + 1).logits[:, :-1]
        chosen = torch.log_softmax(logits.float(), dim=-1).gather(-1, tokens[:, -length:, None]).squeeze(-1)
        ratio = torch.exp(chosen - chosen.detach())
        advantage = self.advantages[part, None]
        objective = torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.28) * advantage)
        return -objective.sum() / (self.tokens.shape[0] * length)

    def run(self) -> float:
        start = time.perf_counter()
        for first in range(0, self.tokens.shape[0], self.size):
            self.loss(slice(first, first + self.size)).backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return time.perf_counter() - start


def main() -> None:
    shape = arguments()
    torch.set_num_threads(shape.threads)
    torch.manual_seed(0)
    update = Update(shape)
    update.run()
    seconds = statistics.median(update.run() for _ in range(shape.steps))
    print(json.dumps({
        "peer": "pytorch", "tokens_per_s": round(shape.groups * shape.responses * shape.response / seconds, 2), "seconds_per_step": round(seconds, 4),
        "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, **vars(shape)}))


main()
