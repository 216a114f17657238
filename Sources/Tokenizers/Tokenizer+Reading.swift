import Files
public import Foundation
import JSON

extension Tokenizer {
  /// Reads a checkpoint folder's tokenizer.json.
  public init(folder: String) throws {
    let path = folder + "/tokenizer.json"
    if !FileManager.default.fileExists(atPath: path) {
      for name in ["tokenizer.model", "spiece.model"] where FileManager.default.fileExists(atPath: folder + "/" + name) {
        throw FileError(.unsupported, "\(folder): there is a SentencePiece model, \(name), expected tokenizer.json")
      }
    }
    try self.init(json: try FileBytes.read(path, limit: FileBytes.tokenizerLimit), source: path)
  }

  /// Reads the text of a tokenizer.json; `source` names it in error messages.
  ///
  /// Throws a ``FileError`` that names the malformed or unsupported field.
  public init(json: Data, source: String = "tokenizer.json") throws {
    try self.init(json: Array(json), source: source)
  }

  init(json: [UInt8], source: String) throws {
    let sections = try TokenizerSections(json: json, source: source, kind: "BPE")
    let fields = sections.fields
    var modelReader = sections.model
    // The model's type is checked first: a file of another type differs in everything else as well.
    var encoder = try BytePairEncoder(&modelReader, source: source)

    var growth = TextGrowth()
    normalizer = try fields.nested("normalizer").map { try NormalizerStep.steps($0, growth: &growth) } ?? []
    let isSpelt = normalizer.contains { if case .byteLevel = $0 { true } else { false } }
    steps = try PreTokenizerReader.steps(fields, isSpelt: isSpelt, growth: &growth)
    try Self.checkDecoder(fields)

    let added = try AddedTokenReader.tokens(sections.addedTokens, fields, in: &encoder.vocabulary)
    let vocabulary = encoder.vocabulary
    template = try fields.nested("post_processor").map { try TokenTemplate($0, in: vocabulary) } ?? TokenTemplate()
    self.encoder = encoder
    var raw = AddedTokens()
    var normalized = AddedTokens()
    var respelt: [Int32: [UInt8]] = [:]
    var special: Set<Int32> = []
    var normalizedSize = 0
    let specialContents = Set(added.filter(\.isSpecial).map { Array($0.content.utf8) })
    for token in added {
      var content = Array(token.content.utf8)
      if token.isNormalized {
        content = NormalizerStep.apply(normalizer, to: content)
        normalizedSize += content.count
        guard normalizedSize <= AddedTokenReader.totalLimit else { throw AddedTokenReader.refusalOfSize(fields, "when normalised") }
        normalized.insert(token, content: content)
        // As in Hugging Face's library, the token is also decoded to its normal form.
        if content != Array(token.content.utf8) { respelt[token.id] = ByteAlphabet.decoded(content) }
      } else {
        raw.insert(token, content: content)
      }
      if specialContents.contains(content) { special.insert(token.id) }
    }
    rawAddedTokens = raw
    normalizedAddedTokens = normalized
    respeltTokens = respelt
    addedTokenIDs = Dictionary(added.map { ($0.content, $0.id) }) { $1 }
    specialTokenIDs = special
  }

  /// ByteLevel joins the bytes, regardless of the pre-tokenizer; after it, Fuse has nothing to do.
  private static func checkDecoder(_ fields: ConfigurationFields) throws {
    guard let decoder = try fields.nested("decoder") else { throw fields.missing("decoder", expected: "ByteLevel") }
    let leaves = try decoder.flattened("decoders")
    guard !leaves.isEmpty else { throw decoder.refusal("decoders", expected: "ByteLevel") }
    for (index, leaf) in leaves.enumerated() {
      let type = try leaf.string("type")
      guard type == (index == 0 ? "ByteLevel" : "Fuse") else { throw leaf.refusal("type", expected: "ByteLevel") }
    }
  }
}
