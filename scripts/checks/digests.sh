#!/usr/bin/env bash
# Prints policy_sha256 of four runs that between them use every part of a run's arithmetic: the demonstration, SmolLM2-135M's shape in
# bfloat16 (random weights of seed 135), lag 0, and GSPO with a KL penalty. A change that moves code and no bits leaves all four as they
# were; --expect FILE compares with an earlier output. The figures belong to one kind of processor.
# Usage: digests.sh [--empo BINARY] [--expect FILE] [--quick]. Takes about two minutes; --quick leaves the demonstration out.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
empo= expect= quick=
while [ $# -gt 0 ]; do
  case $1 in
    --empo) empo=$2; shift 2 ;;
    --expect) expect=$2; shift 2 ;;
    --quick) quick=yes; shift ;;
    *) echo "digests.sh: error: unknown argument $1: expected --empo BINARY, --expect FILE or --quick" >&2; exit 2 ;;
  esac
done
if [ -z "$empo" ]; then
  swift build --package-path "$package" -c release --product empo >/dev/null
  empo=$(swift build --package-path "$package" -c release --show-bin-path)/empo
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

model135() {
  python3 - "$1" "$(dirname "$empo")" <<'PYTHON'
import glob, json, os, random, shutil, struct, sys

folder, binaries = sys.argv[1:]
os.makedirs(folder)
embedded = glob.glob(binaries + "/*.resources/EmbeddedModel")[0]
for name in ("tokenizer.json", "tokenizer_config.json"):
    shutil.copy(embedded + "/" + name, folder)
width, inner, layers, heads, kv, vocabulary = 576, 1536, 30, 9, 3, 49152
config = dict(
    architectures=["LlamaForCausalLM"], model_type="llama", hidden_size=width, intermediate_size=inner, num_hidden_layers=layers,
    num_attention_heads=heads, num_key_value_heads=kv, vocab_size=vocabulary, max_position_embeddings=2048, rms_norm_eps=1e-5,
    rope_theta=100000, tie_word_embeddings=True, hidden_act="silu", bos_token_id=0, eos_token_id=0, torch_dtype="bfloat16")
json.dump(config, open(folder + "/config.json", "w"))
head = width // heads
shapes = {"model.embed_tokens.weight": [vocabulary, width], "model.norm.weight": [width]}
for layer in range(layers):
    p = f"model.layers.{layer}."
    shapes |= {
        p + "input_layernorm.weight": [width], p + "post_attention_layernorm.weight": [width],
        p + "self_attn.q_proj.weight": [width, width], p + "self_attn.k_proj.weight": [kv * head, width],
        p + "self_attn.v_proj.weight": [kv * head, width], p + "self_attn.o_proj.weight": [width, width],
        p + "mlp.gate_proj.weight": [inner, width], p + "mlp.up_proj.weight": [inner, width], p + "mlp.down_proj.weight": [width, inner]}
header, offset = {}, 0
for name, shape in shapes.items():
    size = 2 * shape[0] * (shape[1] if len(shape) > 1 else 1)
    header[name] = dict(dtype="BF16", shape=shape, data_offsets=[offset, offset + size])
    offset += size
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
# Numbers from 1/128 to 1/32 in size, either sign: the high byte of a bfloat16 is 0x3C or 0xBC.
high = bytes(0x3C if byte < 128 else 0xBC for byte in range(256))
source = random.Random(135)
with open(folder + "/model.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text)
    for name, shape in shapes.items():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        if len(shape) == 1:
            file.write(b"\x80\x3f" * count)
            continue
        values = bytearray(2 * count)
        values[0::2] = source.randbytes(count)
        values[1::2] = source.randbytes(count).translate(high)
        file.write(values)
PYTHON
}

run() {
  local name=$1
  shift
  "$empo" train "$@" --run "$folder/$name" >"$folder/$name.log" 2>&1 || {
    echo "digests.sh: error: the run $name failed:" >&2
    tail -n 5 "$folder/$name.log" >&2
    exit 1
  }
  echo "$name $(sed -n 's/.*"policy_sha256" *: *"\([0-9a-f]*\)".*/\1/p' "$folder/$name/report.json")"
}

all() {
  local small="steps: 4
questions_per_step: 4
group_size: 8
held_out: none
optimizer: {learning_rate: 2e-4, warmup_steps: 1}
sampling: {max_new_tokens: 48}"
  [ -n "$quick" ] || run demonstration
  model135 "$folder/model"
  printf '%s\n' "model: $folder/model" "questions: embedded" "dtype: bfloat16" "steps: 2" "questions_per_step: 2" "group_size: 4" \
    "held_out: none" "reward: random" "whole_response: true" "judge: exact" "filter: {minimum_confidence: 0}" \
    "sampling: {max_new_tokens: 12}" "optimizer: {learning_rate: 1e-4, warmup_steps: 1}" >"$folder/bf16.yaml"
  run shape-135m-bf16 "$folder/bf16.yaml"
  printf '%s\n' "$small" "lag: 0" >"$folder/lag0.yaml"
  run lag-0 "$folder/lag0.yaml"
  printf '%s\n' "$small" "loss: sequence-ratio" "kl: 0.05" "minibatches: 2" >"$folder/gspo.yaml"
  run gspo-kl "$folder/gspo.yaml"
}
all | tee "$folder/found"
if [ -n "$expect" ]; then
  grep -Ff "$folder/found" "$expect" >/dev/null && diff <(sort "$folder/found") <(sort "$expect" | grep -F "$(cut -d' ' -f1 "$folder/found")") ||
    { echo "digests.sh: error: digests differ from $expect" >&2; exit 1; }
  echo "as in $expect"
fi
