// Tokenizers: text to token ids and back, as Hugging Face's tokenizers library does it.
//
// - `Tokenizer` is tokenizer.json of the byte-level BPE families. A text goes through `AddedTokens/`, `Normalizer/`, `PreTokenizer/`
//   (whose patterns `Expression/` matches, with `Unicode/`'s tables) and `BytePairs/`; `Decoding/` goes back, token by token too.
// - `WordPiece/` is BERT's tokenizer, from tokenizer.json or vocab.txt.
// - `Building/` makes files of a vocabulary of one's own.
//
// What must hold: ids are those of the library, on any text. What is not understood is refused by name. Time is linear in the text, and
// every length, id and depth of a file is checked before it is used.
