/// One entry of tokenizer.json's `added_tokens`.
struct AddedToken: Sendable {
  var id: Int32
  var content: String
  /// Whether it is found only where no word character is beside it.
  var isSingleWord: Bool
  /// Whether it takes the white space on its left.
  var takesLeft: Bool
  /// Whether it takes the white space on its right.
  var takesRight: Bool
  /// Whether it is looked for in the normalised text, in its own normal form.
  var isNormalized: Bool
  /// Whether it is left out where special tokens are skipped.
  var isSpecial: Bool
}
