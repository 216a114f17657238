/// A byte-level byte-pair tokenizer, as a checkpoint's tokenizer.json describes it: text to tokens and back.
///
/// A text is cut at added tokens; the texts between them are normalised and go through the pre-tokenizer's steps; each piece is encoded by
/// itself. Every text has tokens, and decoding them gives the normalised text back, as long as the vocabulary has all 256 bytes.
public struct Tokenizer: Sendable {
  let encoder: BytePairEncoder
  let normalizer: [NormalizerStep]
  let steps: [any PreTokenizerStep]
  let template: TokenTemplate

  /// Added tokens that are found in the text as it is.
  let rawAddedTokens: AddedTokens

  /// Added tokens that are found in the normalised text, between the first ones.
  let normalizedAddedTokens: AddedTokens

  /// The bytes of added tokens whose normal form is spelt otherwise.
  let respeltTokens: [Int32: [UInt8]]

  let addedTokenIDs: [String: Int32]
  let specialTokenIDs: Set<Int32>

  /// One more than the highest token id: the least `vocab_size` of a model.
  public var vocabularySize: Int { encoder.vocabulary.idBound }

  /// The tokens of a text, which must be shorter than 2^28 bytes. Added tokens in the text are recognised. O(n log n).
  ///
  /// `addingSpecialTokens` adds the tokens of the file's `post_processor` around the text's, such as the one that begins a text.
  public func encode(_ text: String, addingSpecialTokens: Bool = false) -> [Int32] {
    let bytes = Array(text.utf8)
    precondition(bytes.count < 1 << 28, "a text of \(bytes.count) bytes")
    var ids = addingSpecialTokens ? template.before : []
    ids.reserveCapacity(bytes.count / 3 + 8)
    var workspace = BytePairEncoder.Workspace(textSize: bytes.count)
    for outer in rawAddedTokens.split(bytes, bytes.indices) {
      switch outer {
      case .token(let id): ids.append(id)
      case .text(let range): encodeNormalized(bytes, range, into: &ids, workspace: &workspace)
      }
    }
    if addingSpecialTokens { ids.append(contentsOf: template.after) }
    return ids
  }

  private func encodeNormalized(
    _ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32], workspace: inout BytePairEncoder.Workspace
  ) {
    var bytes = bytes
    var range = range
    for step in normalizer {
      guard let changed = step.apply(to: bytes, range) else { continue }
      bytes = changed
      range = changed.indices
    }
    for segment in normalizedAddedTokens.split(bytes, range) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range): encodePlain(SplitText(bytes, range), into: &ids, workspace: &workspace)
      }
    }
  }

  private func encodePlain(_ text: SplitText, into ids: inout [Int32], workspace: inout BytePairEncoder.Workspace) {
    var text = text
    for step in steps { step.apply(to: &text) }
    for piece in text.pieces { encoder.encode(text.bytes, piece, into: &ids, workspace: &workspace) }
  }

  /// The id of a token as tokenizer.json spells it: an added token's content, or a vocabulary entry such as "Ġthe".
  public func id(of token: String) -> Int32? { addedTokenIDs[token] ?? encoder.vocabulary.id(ofSpelling: token) }
}
