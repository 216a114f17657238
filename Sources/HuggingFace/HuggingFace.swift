// HuggingFace: the model files of a Hugging Face folder, to and from Swift values. It holds no model code: weights are bytes of mapped
// files, or spans that others own.
//
// - `Configuration/` is config.json: the settings that the decoder family can compute, and for any other a refusal that names the field.
//   Its `Encoder/` does the same for encoders of BERT's family: with sentence-transformers' files on how tokens become one vector, or with
//   the labels of a classifier of entailment.
// - `Adapters/` is PEFT's adapter_config.json: plain LoRA in every layer, and for anything else a refusal that names the field.
// - `Safetensors/` maps a model's weights, one file or shards, reads them by name straight into their owner's memory, and writes them
//   one after another.
//
// What must hold: these files may come from strangers, so every length and offset is checked against the file and against a bound before it
// is used, and an error names the file and the field. A setting that is not understood is refused, never ignored: a checkpoint that is read
// slightly wrong would train without an error. Written files open in transformers.
