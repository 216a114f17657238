import Files
public import Foundation
import JSON

extension WordPieceTokenizer {
  /// Reads a checkpoint folder's tokenizer.json or, where there is none, its vocab.txt with the settings in tokenizer_config.json.
  public init(folder: String) throws {
    let path = folder + "/tokenizer.json"
    if FileManager.default.fileExists(atPath: path) {
      try self.init(json: try FileBytes.read(path, limit: FileBytes.tokenizerLimit), source: path)
    } else if FileManager.default.fileExists(atPath: folder + "/vocab.txt") {
      try self.init(vocabularyFolder: folder)
    } else {
      throw FileError(.missing, "\(folder): has no tokenizer; expected tokenizer.json or vocab.txt")
    }
  }

  /// Reads the text of a tokenizer.json; `source` names it in error messages.
  ///
  /// Throws a ``FileError`` that names the malformed or unsupported field.
  public init(json: Data, source: String = "tokenizer.json") throws {
    try self.init(json: Array(json), source: source)
  }

  init(json: [UInt8], source: String) throws {
    let sections = try TokenizerSections(json: json, source: source, kind: "WordPiece")
    let fields = sections.fields
    var reader = sections.model
    // The model's type is checked first: a file of another type differs in everything else as well.
    var model = try WordPieceModel(&reader, source: source)
    let normalizer = try BertNormalizer(fields)
    let steps = try Self.steps(fields)
    let added = try AddedTokenReader.tokens(sections.addedTokens, fields, in: &model.vocabulary)
    let template = try fields.nested("post_processor").map { processor in
      try Self.refuseOtherTypes(processor)
      return try TokenTemplate(processor, in: model.vocabulary)
    }
    self.init(model, normalizer: normalizer, steps: steps, template: template ?? TokenTemplate(), addedTokens: added)
  }

  private static func steps(_ fields: ConfigurationFields) throws -> [any PreTokenizerStep] {
    guard let preTokenizer = try fields.nested("pre_tokenizer") else { throw fields.missing("pre_tokenizer", expected: "BertPreTokenizer") }
    let leaves = try preTokenizer.flattened("pretokenizers")
    guard (1...PreTokenizerReader.maximumSteps).contains(leaves.count) else {
      throw preTokenizer.refusal(
        "pretokenizers", found: "\(leaves.count) steps", expected: "BertPreTokenizer, or up to \(PreTokenizerReader.maximumSteps) steps")
    }
    return try leaves.flatMap { leaf in
      // The model's tokens are text, not the spelling of bytes.
      guard try leaf.string("type") != "ByteLevel" else { throw leaf.refusal("type", expected: "BertPreTokenizer") }
      return try PreTokenizerReader.cuts(leaf)
    }
  }

  /// All tokens of a single text must be of type 0.
  private static func refuseOtherTypes(_ fields: ConfigurationFields) throws {
    for leaf in try fields.flattened("processors") {
      for (index, piece) in try (leaf.array("single") ?? []).enumerated() {
        guard case .object(let object) = piece, case .object(let content)? = object.members.first?.value else { continue }
        guard content["type_id"] ?? .integer(0) == .integer(0) else {
          throw leaf.refusal("single[\(index)].type_id", found: content["type_id"]?.summary, expected: "0", code: .unsupported)
        }
      }
    }
  }
}
