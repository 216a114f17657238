import Foundation
import Tokenizers

/// A tokenizer for the tiny models: letters, words that begin alike, and a character in three tokens.
enum TinyTokenizer {
  /// The spelling of each of the 37 tokens in the byte alphabet; 1 is special.
  static let tokens =
    ["!", "<end>", "Ġ", "e", "â", "Ĥ", "¬", "Ã", "©", "ab", "bc", "abc", "stop", "st", "op", "to", ".", ","]
    + "acdfghijklmnopqrstuv".prefix(19).map(String.init)

  static func make() throws -> Tokenizer {
    let vocabulary = tokens.enumerated().map { "\"\($0.element)\": \($0.offset)" }.joined(separator: ", ")
    let json = """
      {"added_tokens": [{"id": 1, "content": "<end>", "special": true, "normalized": false, "lstrip": false, "rstrip": false,
        "single_word": false}],
       "normalizer": null, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
       "post_processor": null, "decoder": {"type": "ByteLevel"},
       "model": {"type": "BPE", "vocab": {\(vocabulary)}, "merges": []}}
      """
    return try Tokenizer(json: Data(json.utf8))
  }
}
