internal import Files
internal import Foundation
internal import JSON

extension WordPieceTokenizer {
  /// Reads vocab.txt, one token a line, and the tokenizer_config.json beside it, as transformers' BertTokenizer does.
  init(vocabularyFolder folder: String) throws {
    let path = folder + "/vocab.txt"
    let vocabulary = try Self.vocabulary(try FileBytes.read(path, limit: 2 * WordPieceModel.sizeLimit), path: path)
    let configurationPath = folder + "/tokenizer_config.json"
    let fields =
      FileManager.default.fileExists(atPath: configurationPath)
      ? try ConfigurationFields(
        json: try FileBytes.read(configurationPath, limit: FileBytes.configurationLimit), source: configurationPath)
      : ConfigurationFields(JSONObject(), source: configurationPath, prefix: "")
    try fields.requireDistinctNames()
    try Self.refuseOtherTokenizers(fields)

    func token(_ name: String, _ usual: String) throws -> AddedToken? {
      let content = try Self.content(name, fields) ?? usual
      guard let id = vocabulary.id(ofSpelling: content) else { return nil }
      return AddedToken(
        id: id, content: content, isSingleWord: false, takesLeft: false, takesRight: false, isNormalized: false, isSpecial: true)
    }
    func required(_ name: String, _ usual: String) throws -> AddedToken {
      guard let token = try token(name, usual) else {
        let content = try Self.content(name, fields) ?? usual
        throw FileError(.missing, "\(path): has no \"\(content)\", which \(configurationPath) or its default gives as \"\(name)\"")
      }
      return token
    }
    let unknown = try required("unk_token", "[UNK]")
    let begin = try required("cls_token", "[CLS]")
    let end = try required("sep_token", "[SEP]")
    let others = [try token("pad_token", "[PAD]"), try token("mask_token", "[MASK]")].compactMap(\.self)
    var template = TokenTemplate()
    template.before = [begin.id]
    template.after = [end.id]
    template.pair = .success(PairTemplate.bert(cls: begin.id, sep: end.id))
    self.init(
      WordPieceModel(vocabulary, unknownToken: unknown.id), normalizer: try BertNormalizer(tokenizerConfiguration: fields),
      steps: [
        SplitStep(pattern: .set(ScalarTables(.whitespace)), behavior: .removed),
        SplitStep(pattern: .set(ScalarTables(.punctuation)), behavior: .isolated),
      ], template: template, addedTokens: [unknown, begin, end] + others)
  }

  private static func vocabulary(_ bytes: [UInt8], path: String) throws -> TokenTable {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty, lines.count <= TokenTable.idLimit else {
      throw FileError(.malformed, "\(path): \(lines.count) lines, expected one a token, at most \(TokenTable.idLimit)")
    }
    var table = TokenTable(isPlain: true)
    for (index, line) in lines.enumerated() {
      let token = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard String(validating: token, as: UTF8.self) != nil else {
        throw FileError(.malformed, "\(path): line \(index + 1): expected UTF-8")
      }
      guard table.insert(spelling: Array(token), id: Int32(index)) else {
        let text = String(decoding: token.prefix(200), as: UTF8.self)
        throw FileError(.malformed, "\(path): line \(index + 1): \"\(text)\" is there twice, expected tokens that differ")
      }
    }
    guard table.size <= WordPieceModel.sizeLimit else {
      throw FileError(.unsupported, "\(path): \(table.size) bytes of tokens, expected at most \(WordPieceModel.sizeLimit)")
    }
    return table
  }

  private static func refuseOtherTokenizers(_ fields: ConfigurationFields) throws {
    if let name = try fields.string("tokenizer_class"), !["BertTokenizer", "BertTokenizerFast"].contains(name) {
      throw fields.refusal("tokenizer_class", expected: "BertTokenizer")
    }
    guard try fields.boolean("do_basic_tokenize", default: true) else { throw fields.refusal("do_basic_tokenize", expected: "true") }
    if let words = try fields.strings("never_split"), !words.isEmpty { throw fields.refusal("never_split", expected: "null") }
  }

  /// A special token: its text, or an object with it.
  private static func content(_ name: String, _ fields: ConfigurationFields) throws -> String? {
    guard case .object? = fields.value(name) else { return try fields.string(name) }
    return try fields.nested(name)?.string("content")
  }
}
