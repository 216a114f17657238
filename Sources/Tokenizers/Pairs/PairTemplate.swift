import Files
import JSON

/// The tokens that `post_processor` puts around and between those of two texts.
struct PairTemplate: Sendable {
  enum Piece: Sendable {
    case token(Int32, type: UInt8)
    case first(type: UInt8)
    case second(type: UInt8)
  }

  /// What stands where; each text is there once.
  let pieces: [Piece]

  /// How many tokens are the template's own.
  let tokenCount: Int

  /// One more than the greatest type.
  let typeCount: Int

  init(_ pieces: [Piece]) {
    self.pieces = pieces
    let types = pieces.map { piece in
      switch piece {
      case .token(_, let type), .first(let type), .second(let type): Int(type)
      }
    }
    typeCount = 1 + (types.max() ?? 0)
    tokenCount = pieces.count { if case .token = $0 { true } else { false } }
  }

  /// `[CLS] a [SEP] b [SEP]`, where what follows the first [SEP] is of type 1.
  static func bert(cls: Int32, sep: Int32) -> PairTemplate {
    PairTemplate([.token(cls, type: 0), .first(type: 0), .token(sep, type: 0), .second(type: 1), .token(sep, type: 1)])
  }

  /// `<s> a </s></s> b </s>`, all of type 0.
  static func roberta(cls: Int32, sep: Int32) -> PairTemplate {
    PairTemplate([
      .token(cls, type: 0), .first(type: 0), .token(sep, type: 0), .token(sep, type: 0), .second(type: 0), .token(sep, type: 0),
    ])
  }

  /// Reads `pair` of a TemplateProcessing.
  init(_ fields: ConfigurationFields, in vocabulary: TokenTable) throws {
    guard let values = try fields.array("pair") else { throw fields.missing("pair", expected: "a list of tokens and two texts") }
    let special = try fields.nested("special_tokens")
    var pieces: [Piece] = []
    var texts = ""
    for (index, value) in values.enumerated() {
      let refusal = fields.refusal(
        "pair[\(index)]", found: value.summary, expected: "a special token, or a text of type 0 or 1", code: .malformed)
      guard case .object(let object) = value, object.members.count == 1, case .object(let content) = object.members[0].value,
        case .string(let name) = content["id"], case .integer(let number) = content["type_id"] ?? .integer(0), 0...1 ~= number
      else { throw refusal }
      let type = UInt8(number)
      switch (object.members[0].key, name) {
      case ("Sequence", "A"): pieces.append(.first(type: type))
      case ("Sequence", "B"): pieces.append(.second(type: type))
      case ("SpecialToken", _):
        guard let ids = try special?.nested(name)?.tokens("ids"), ids.allSatisfy({ vocabulary.bytes(of: $0) != nil }) else { throw refusal }
        guard pieces.count + ids.count <= TokenTemplate.maximumCount else { throw refusal }
        pieces += ids.map { .token($0, type: type) }
      default: throw refusal
      }
      if object.members[0].key == "Sequence" { texts += name }
    }
    guard texts == "AB" else { throw fields.refusal("pair", expected: "a template with the texts A and B, once each") }
    self.init(pieces)
  }

  /// A sequence of two texts' tokens.
  func joined(_ first: ArraySlice<Int32>, _ second: ArraySlice<Int32>) -> EncodedText {
    var text = EncodedText(tokens: [])
    text.tokens.reserveCapacity(tokenCount + first.count + second.count)
    text.types.reserveCapacity(tokenCount + first.count + second.count)
    func add(_ tokens: ArraySlice<Int32>, _ type: UInt8) {
      text.tokens += tokens
      text.types += repeatElement(type, count: tokens.count)
    }
    for piece in pieces {
      switch piece {
      case .token(let id, let type): add([id], type)
      case .first(let type): add(first, type)
      case .second(let type): add(second, type)
      }
    }
    return text
  }
}
