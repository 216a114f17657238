import Files
import JSON

/// The tokens that `post_processor` puts around those of a text.
struct TokenTemplate: Sendable {
  /// The most tokens; a template may name a list of tokens many times.
  static let maximumCount = 1000

  var before: [Int32] = []
  var after: [Int32] = []

  /// What is put around two texts, or why that is not known; nil where nothing is. Only readers of pairs need it.
  var pair: Result<PairTemplate, any Error>?

  init() {}

  /// Reads tokenizer.json's `post_processor`; ByteLevel only trims the offsets of tokens, which are not needed here.
  ///
  /// Each token must be in the vocabulary: a model has no row for another.
  init(_ fields: ConfigurationFields, in vocabulary: TokenTable) throws {
    var isComplete = false
    for leaf in try fields.flattened("processors") {
      switch try leaf.string("type") {
      case "ByteLevel": continue
      case _ where isComplete: throw leaf.refusal("type", expected: "one that adds tokens, not several")
      case "TemplateProcessing":
        try addTemplate(leaf, in: vocabulary)
        pair = Result { try PairTemplate(leaf, in: vocabulary) }
      case "BertProcessing":
        try addClassifier(leaf, in: vocabulary)
        pair = .success(PairTemplate.bert(cls: before[0], sep: after[0]))
      case "RobertaProcessing":
        try addClassifier(leaf, in: vocabulary)
        pair = .success(PairTemplate.roberta(cls: before[0], sep: after[0]))
      default: throw leaf.refusal("type", expected: "ByteLevel, TemplateProcessing, BertProcessing or RobertaProcessing")
      }
      isComplete = true
    }
  }

  /// `cls` and `sep`: each a token with its id.
  private mutating func addClassifier(_ fields: ConfigurationFields, in vocabulary: TokenTable) throws {
    let ids = try ["cls", "sep"].map { name in
      guard case .array(let pair) = fields.value(name), pair.count == 2, let id = Self.id(pair[1]) else {
        throw fields.refusal(name, expected: "a token with its id", code: .malformed)
      }
      guard vocabulary.bytes(of: id) != nil else { throw fields.refusal(name, found: "of id \(id)", expected: "a token of the vocabulary") }
      return id
    }
    before = [ids[0]]
    after = [ids[1]]
  }

  /// `single`: tokens and, once, the text.
  private mutating func addTemplate(_ fields: ConfigurationFields, in vocabulary: TokenTable) throws {
    guard let pieces = try fields.array("single") else { throw fields.missing("single", expected: "a list of tokens and the text") }
    let special = try fields.nested("special_tokens")
    var isPastText = false
    for (index, piece) in pieces.enumerated() {
      let refusal = fields.refusal(
        "single[\(index)]", found: piece.summary, expected: "a special token, or the text, which is there once", code: .malformed)
      guard case .object(let object) = piece, object.members.count == 1, case .object(let content) = object.members[0].value,
        case .string(let name) = content["id"]
      else { throw refusal }
      switch object.members[0].key {
      case "Sequence" where name == "A" && !isPastText: isPastText = true
      case "SpecialToken":
        guard let token = try special?.nested(name), let ids = try token.tokens("ids") else {
          throw refusal
        }
        if let unknown = ids.first(where: { vocabulary.bytes(of: $0) == nil }) {
          throw token.refusal("ids", found: "\(unknown), among others", expected: "tokens of the vocabulary")
        }
        guard before.count + after.count + ids.count <= Self.maximumCount else {
          throw fields.refusal("single", found: "a template of more tokens", expected: "at most \(Self.maximumCount)")
        }
        if isPastText { after += ids } else { before += ids }
      default: throw refusal
      }
    }
    guard isPastText else { throw fields.refusal("single", expected: "a template with the text") }
  }

  private static func id(_ value: JSONValue) -> Int32? {
    guard case .integer(let id) = value, let id = Int32(exactly: id), id >= 0 else { return nil }
    return id
  }
}
