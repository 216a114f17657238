// Tokenizers: text to token ids and back, as Hugging Face's tokenizers library does it.
//
// - `Tokenizer` is tokenizer.json of the byte-level BPE families. A text goes through `AddedTokens/`, `Normalizer/`, `PreTokenizer/`
//   (whose patterns `Expression/` matches, with `Unicode/`'s tables) and `BytePairs/`; `Decoding/` turns tokens into text, also one by one.
// - `WordPiece/` is BERT's tokenizer, from tokenizer.json or vocab.txt.
// - `Pairs/` puts two texts into one sequence, for classifiers of pairs.
// - `Building/` writes the files of a new vocabulary.
//
// What must hold: ids are those of the library, on any text. A setting that is not understood is refused by name. Time is linear in the
// text, and every length, id and depth of a file is checked before it is used.
