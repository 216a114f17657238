public import Foundation

extension Tokenizer {
  /// Reads a checkpoint folder's tokenizer.json.
  public init(folder: String) throws {
    let path = folder + "/tokenizer.json"
    try self.init(json: try FileBytes.read(path, limit: FileBytes.tokenizerLimit), source: path)
  }

  /// Reads the text of a tokenizer.json; `source` names it in error messages.
  ///
  /// Throws a ``HuggingFaceError`` that names the field which is malformed or asks for what this tokenizer cannot do.
  public init(json: Data, source: String = "tokenizer.json") throws {
    try self.init(json: Array(json), source: source)
  }

  init(json: [UInt8], source: String) throws {
    let fields = try ConfigurationFields(json: json, source: source)
    if let normalizer = try fields.nested("normalizer") {
      throw normalizer.refusal("type", expected: "no normalizer")
    }
    guard let preTokenizer = try fields.nested("pre_tokenizer") else {
      throw fields.missing("pre_tokenizer", expected: "ByteLevel, or a Sequence that ends in it")
    }
    steps = try Self.steps(preTokenizer)
    if let processor = try fields.nested("post_processor") { try Self.checkPostProcessor(processor) }
    guard let decoder = try fields.nested("decoder") else { throw fields.missing("decoder", expected: "ByteLevel") }
    guard try decoder.string("type") == "ByteLevel" else { throw decoder.refusal("type", expected: "ByteLevel") }
    guard let model = try fields.nested("model") else { throw fields.missing("model", expected: "BPE") }
    var encoder = try BytePairEncoder(model)
    let entries = try Self.addedTokens(fields, in: &encoder.vocabulary)
    self.encoder = encoder
    rawAddedTokens = AddedTokens(entries.filter { !$0.isNormalized }.map(\.token))
    normalizedAddedTokens = AddedTokens(entries.filter(\.isNormalized).map(\.token))
    addedTokenIDs = Dictionary(entries.map { (String(decoding: $0.token.content, as: UTF8.self), $0.token.id) }) { $1 }
    specialTokenIDs = Set(entries.filter(\.isSpecial).map(\.token.id))
  }

  /// The steps of `pre_tokenizer`, a Sequence's in their order; the last one must be ByteLevel, which makes text bytes.
  private static func steps(_ fields: ConfigurationFields) throws -> [any PreTokenizerStep] {
    let leaves = try fields.flattened("pretokenizers")
    var steps: [any PreTokenizerStep] = []
    for (index, leaf) in leaves.enumerated() {
      switch try leaf.string("type") {
      case "ByteLevel" where index == leaves.count - 1:
        steps.append(
          ByteLevelStep(
            addsPrefixSpace: try leaf.boolean("add_prefix_space", default: true),
            usesExpression: try leaf.boolean("use_regex", default: true)))
      case "Digits" where index < leaves.count - 1:
        steps.append(DigitStep(cutsEveryDigit: try leaf.boolean("individual_digits", default: false)))
      default:
        throw leaf.refusal("type", expected: index == leaves.count - 1 ? "ByteLevel at the end" : "Digits, or ByteLevel at the end")
      }
    }
    guard !steps.isEmpty else { throw fields.refusal("pretokenizers", expected: "ByteLevel at the end") }
    return steps
  }

  /// ByteLevel trims the offsets of tokens, which nobody asks for here; nothing else is known.
  private static func checkPostProcessor(_ fields: ConfigurationFields) throws {
    for leaf in try fields.flattened("processors") {
      guard try leaf.string("type") == "ByteLevel" else { throw leaf.refusal("type", expected: "ByteLevel") }
    }
  }

  private struct AddedEntry {
    var token: AddedTokens.Token
    var isNormalized: Bool
    var isSpecial: Bool
  }

  private static func addedTokens(_ fields: ConfigurationFields, in vocabulary: inout TokenTable) throws -> [AddedEntry] {
    var entries: [AddedEntry] = []
    for item in try fields.objects("added_tokens") {
      guard let content = try item.string("content") else { throw item.missing("content", expected: "a string") }
      guard let id = try item.tokens("id")?.first, id < TokenTable.idLimit else {
        throw item.refusal("id", expected: "a token id below \(TokenTable.idLimit)")
      }
      // As Hugging Face's decoder has it: an added token is spelt in the alphabet, too, where all of its characters are in it.
      let spelt = ByteAlphabet.bytes(of: content)
      let bytes = spelt ?? Array(content.utf8)
      if let other = vocabulary.bytes(of: id) {
        guard other.elementsEqual(bytes) else { throw item.refusal("id", expected: "an id that no other token has", code: .malformed) }
      } else if let known = spelt.flatMap({ vocabulary.id(of: $0) }) {
        throw item.refusal("id", expected: "\(known), the vocabulary's id of \"\(content)\"", code: .malformed)
      } else {
        vocabulary.insert(bytes, id: id, isFound: false)
      }
      let isSpecial = try item.boolean("special", default: false)
      entries.append(
        AddedEntry(
          token: AddedTokens.Token(
            id: id, content: Array(content.utf8), isSingleWord: try item.boolean("single_word", default: false),
            takesLeft: try item.boolean("lstrip", default: false), takesRight: try item.boolean("rstrip", default: false)),
          isNormalized: try item.boolean("normalized", default: !isSpecial), isSpecial: isSpecial))
    }
    return entries
  }
}
