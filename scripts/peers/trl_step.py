"""A whole step of TRL's GRPOTrainer, sampling and update: the seconds that it takes. Prints a line of JSON.

    trl_step.py MODEL [--prompts 4] [--group 8] [--new 64] [--dtype float32|bfloat16] [--lora RANK] [--steps 3] [--threads 2]

The reward is the share of the group whose last number is the same, as EMPO counts agreement. Every response has the full length. MODEL needs
a tokenizer.
"""
import argparse
import json
import re
import resource
import statistics
import tempfile
import time
from collections import Counter

import torch
from datasets import Dataset
from transformers import TrainerCallback
from trl import GRPOConfig, GRPOTrainer


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    for name, size in {"prompts": 4, "group": 8, "new": 64, "lora": 0, "steps": 3, "threads": 2}.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    return parser.parse_args()


class StepTimes(TrainerCallback):
    """When each step began and ended."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def on_step_begin(self, *_, **__) -> None:
        self.start = time.perf_counter()

    def on_step_end(self, *_, **__) -> None:
        self.seconds.append(time.perf_counter() - self.start)


def agreement(group: int):
    def reward(completions: list[str], **_) -> list[float]:
        numbers = [(re.findall(r"-?\d+(?:\.\d+)?", text) or [None])[-1] for text in completions]
        rewards = []
        for first in range(0, len(numbers), group):
            members = numbers[first : first + group]
            votes = Counter(members)
            rewards += [votes[number] / len(members) if number is not None else 0.0 for number in members]
        return rewards

    return reward


def main() -> None:
    shape = arguments()
    torch.set_num_threads(shape.threads)
    adapters = None
    if shape.lora:
        from peft import LoraConfig

        adapters = LoraConfig(r=shape.lora, lora_alpha=2 * shape.lora, target_modules="all-linear", task_type="CAUSAL_LM")
    questions = [f"A shelf has {a} books, and each of {b} friends brings {a % 7 + 2} more. How many are there?"
                 for a in range(20, 60) for b in range(3, 13)]
    times = StepTimes()
    with tempfile.TemporaryDirectory() as folder:
        settings = GRPOConfig(
            output_dir=folder, per_device_train_batch_size=shape.prompts * shape.group, num_generations=shape.group,
            max_completion_length=shape.new, generation_kwargs={"min_new_tokens": shape.new}, max_steps=shape.steps + 1,
            learning_rate=1e-6, beta=0.0, use_cpu=True, bf16=shape.dtype == "bfloat16", gradient_checkpointing=False, report_to=[],
            save_strategy="no", logging_steps=1_000_000, disable_tqdm=True, seed=0, model_init_kwargs={"dtype": "float32"})
        GRPOTrainer(
            model=shape.model, reward_funcs=agreement(shape.group), args=settings, peft_config=adapters,
            train_dataset=Dataset.from_dict({"prompt": questions}), callbacks=[times]).train()
    seconds = statistics.median(times.seconds[1:])
    print(json.dumps({
        "peer": "trl", "seconds_per_step": round(seconds, 4), "tokens_per_s": round(shape.prompts * shape.group * shape.new / seconds, 2),
        "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, **vars(shape)}))


main()
