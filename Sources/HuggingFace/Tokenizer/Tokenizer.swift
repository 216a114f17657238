/// A byte-level byte-pair tokenizer, as a checkpoint's tokenizer.json describes it: text to tokens and back.
///
/// A text is cut at added tokens; what lies between goes through the pre-tokenizer's steps; each piece is encoded by itself.
/// Every text has tokens, and decoding them gives the text back, as long as the vocabulary has all 256 bytes.
public struct Tokenizer: Sendable {
  let encoder: BytePairEncoder
  let steps: [any PreTokenizerStep]

  /// Added tokens that are found in the text as it is.
  let rawAddedTokens: AddedTokens

  /// Added tokens that are found in the normalised text, in what the first left over.
  let normalizedAddedTokens: AddedTokens

  let addedTokenIDs: [String: Int32]
  let specialTokenIDs: Set<Int32>

  /// One more than the highest token id: what a model's `vocab_size` must be at least.
  public var vocabularySize: Int { encoder.vocabulary.idBound }

  /// The tokens of a text, which must be shorter than 2^31 bytes. Added tokens in the text are recognised. O(n log n).
  public func encode(_ text: String) -> [Int32] {
    let bytes = Array(text.utf8)
    precondition(bytes.count < Int32.max, "a text of \(bytes.count) bytes")
    var ids: [Int32] = []
    var workspace = BytePairEncoder.Workspace()
    for outer in rawAddedTokens.split(bytes, bytes.indices) {
      switch outer {
      case .token(let id): ids.append(id)
      case .text(let range): encodeNormalized(bytes, range, into: &ids, workspace: &workspace)
      }
    }
    return ids
  }

  private func encodeNormalized(
    _ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32], workspace: inout BytePairEncoder.Workspace
  ) {
    for segment in normalizedAddedTokens.split(bytes, range) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range): encodePlain(Array(bytes[range]), into: &ids, workspace: &workspace)
      }
    }
  }

  private func encodePlain(_ bytes: [UInt8], into ids: inout [Int32], workspace: inout BytePairEncoder.Workspace) {
    var text = SplitText(bytes)
    for step in steps { step.apply(to: &text) }
    for piece in text.pieces { encoder.encode(text.bytes, piece, into: &ids, workspace: &workspace) }
  }

  /// The text of tokens. Bytes that are no UTF-8, such as a character's first half, become U+FFFD; ids without a token are
  /// left out.
  public func decode(_ ids: [Int32], skippingSpecialTokens: Bool = false) -> String {
    var bytes: [UInt8] = []
    for id in ids where !(skippingSpecialTokens && specialTokenIDs.contains(id)) {
      if let token = encoder.vocabulary.bytes(of: id) { bytes.append(contentsOf: token) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The id of a token as tokenizer.json spells it: an added token's content, or a vocabulary entry such as "Ġthe".
  public func id(of token: String) -> Int32? {
    if let id = addedTokenIDs[token] { return id }
    return ByteAlphabet.bytes(of: token).flatMap { encoder.vocabulary.id(of: $0) }
  }
}
