// Rollouts: prompts in, scored groups out.
//
// - `Generation/` is the engine: many sequences at once, a group's prompt computed once and its cache shared by the samples,
//   finished sequences leave the batch and waiting ones enter it, as blocks of its bounded cache become free. It follows given
//   samples, too, many tokens at a time, which proves them.
// - `Completions/` is the engine for many callers at once: a thread of its own, text as it becomes certain, stop texts.
// - `Sampling/` turns logits and a uniform number into a token.
// - `Judges/` ask models whether answers mean the same; `JudgeKind` names these and the judges of `Meaning`, and makes them.
// - `Scoring/` turns a group's texts, or the samples that spell them, into answers, meaning clusters and rewards.
//
// A sample is a function of (weights, prompt, options, seed, step, slot, sample): it does not depend on the engine's other work, nor on the
// number of lanes.
