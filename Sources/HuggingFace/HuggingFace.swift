// HuggingFace: the model files of a Hugging Face folder, to and from Swift values. It knows no model code: weights are bytes of mapped
// files, or spans that others own.
//
// - `Configuration/` is config.json: what of it the decoder family can compute, and a refusal that names the field for the rest. Its
//   `Encoder/` does the same for BERT encoders, with the files in which sentence-transformers says how tokens become one vector.
// - `Safetensors/` maps a model's weights, one file or shards, reads them by name straight into their owner's memory, and writes them
//   one after another.
//
// What must hold: these files come from anywhere, so every length and offset is checked against the file and against a bound before it
// is used, and an error names the file and the field. What is not understood is refused, never passed over: a checkpoint that is read
// slightly wrong trains without a complaint. Written files open in transformers.
