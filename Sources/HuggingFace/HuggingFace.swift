// HuggingFace: the files of a Hugging Face model folder, to and from Swift values. It knows no model code: weights are bytes of mapped
// files, or spans that others own.
//
// - `JSON/` reads and writes JSON front to back, duplicate names and the order of members included, with a bound on depth.
// - `Configuration/` is config.json: what of it the decoder family can compute, and a refusal that names the field for the rest. Its
//   `Encoder/` does the same for BERT encoders, with the files in which sentence-transformers says how tokens become one vector.
// - `Safetensors/` maps a model's weights, one file or shards, reads them by name straight into their owner's memory, and writes them
//   one after another.
// - `Tokenizer/` is tokenizer.json of the byte-level BPE families. A text goes through `AddedTokens/`, `Normalizer/`, `PreTokenizer/`
//   (whose patterns are matched by `Expression/`, with `Unicode/`'s tables) and `BytePairs/`; `Decoding/` goes back; `Building/` makes
//   such files. `WordPiece/` is BERT's tokenizer, from tokenizer.json or vocab.txt.
// - `ChatTemplates/` renders conversations as transformers' apply_chat_template does: a bounded Jinja over plain data.
//
// What must hold: these files come from anywhere, so every length, offset, id and depth is checked against the file and against a
// bound before it is used, and what is wrong names the file and the field. What is not understood is refused, never passed over:
// a checkpoint that is read slightly wrong trains without a complaint. Written files open in transformers.
