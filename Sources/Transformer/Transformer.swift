// Transformer: one decoder family with switches (Qwen2, Qwen3, Llama), from token ids to log-probabilities and back.
//
// - `Parameters/` is one allocation with named views in Hugging Face's names; gradients and optimiser moments share the layout.
//   Matrices that are used together lie together: query, key and value projections are one product, gate and up are one.
// - `Adapters/` is low-rank adapters: PEFT's file in and out, new ones, their products beside a projection's, and their addition to the
//   weights.
// - `Weights/` is the weights with which a decoder computes: float32 parameters, a policy's bfloat16 copy of them, or a mapped file; each
//   with adapters or without.
// - `Decoder/` is the forward of a layer, the same code for sampling and for training: that is why on-policy ratios are exactly 1.
// - `Inference/` runs it over a cache of keys and values, in blocks that sequences share.
// - `Training/` runs it over packed groups, whose responses share one copy of their prompt, keeps the activations that the backward does not
//   compute again, and runs the backward by hand, part by part in reverse. It takes one coefficient for each target token, as it would take
//   a cross-entropy's: no reward comes this far.
//
// Beside the decoder, `Encoder/` turns texts into vectors, and pairs of texts into labels of entailment: post-norm encoders of BERT's family,
// forward only.
//
// Legend for shapes: T rows (tokens of a packed batch), C width, F feed-forward width, H query heads, G key/value heads, D head
// width, V vocabulary.
