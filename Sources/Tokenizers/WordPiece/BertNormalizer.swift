import JSON

/// The normalisation of a text by a BERT tokenizer, before it is cut: tokenizer.json's `BertNormalizer`.
struct BertNormalizer: Sendable {
  /// Whether control characters are removed, and every white space becomes a space.
  var cleansText = true

  /// Whether each Chinese character gets a space on both sides, which makes it a word.
  var separatesChinese = true

  /// Whether nonspacing marks are removed, after canonical decomposition.
  var stripsAccents = true

  /// Whether letters become lower case.
  var lowercases = true

  /// `bytes[range]` after all steps.
  func apply(to bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    var text = separated(bytes, range)
    if stripsAccents {
      text = Composition.normalized(text, text.indices, .decomposed) ?? text
      text = without(Self.accents, text)
    }
    return lowercases ? NormalizerStep.lowercase.apply(to: text, text.indices) ?? text : text
  }

  /// The text cleaned, and with spaces around Chinese characters.
  private func separated(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    guard cleansText || separatesChinese else { return Array(bytes[range]) }
    var result: [UInt8] = []
    result.reserveCapacity(range.count + 16)
    var position = range.lowerBound
    while position < range.upperBound {
      let length = UTF8Scalars.length(bytes[position])
      defer { position += length }
      if cleansText {
        if Self.isWhitespace(bytes, at: position) {
          result.append(UInt8(ascii: " "))
          continue
        }
        if Self.tables.length(Self.controls, bytes, at: position) > 0 { continue }
      }
      let isWord = separatesChinese && Self.tables.length(Self.chinese, bytes, at: position) > 0
      if isWord { result.append(UInt8(ascii: " ")) }
      result.append(contentsOf: bytes[position..<position + length])
      if isWord { result.append(UInt8(ascii: " ")) }
    }
    return result
  }

  private func without(_ set: Int, _ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      let length = UTF8Scalars.length(bytes[position])
      if Self.tables.length(set, bytes, at: position) == 0 { result.append(contentsOf: bytes[position..<position + length]) }
      position += length
    }
    return result
  }

  /// Three of the control characters are white space; U+0085 and the vertical ones are control characters.
  private static func isWhitespace(_ bytes: [UInt8], at position: Int) -> Bool {
    switch bytes[position] {
    case 0x20, 0x09, 0x0A, 0x0D: true
    case ..<0x80: false
    default: tables.length(spaces, bytes, at: position) > 0
    }
  }

  private static let spaces = 0
  private static let controls = 1
  private static let accents = 2
  private static let chinese = 3

  private static let tables: ScalarTables = {
    let control = ScalarSet(TableText.ranges(BertTable.controls))
    var tables = ScalarTables(ScalarSet.whitespace.intersection(control.inverted))
    _ = tables.add(control)
    _ = tables.add(ScalarSet(TableText.ranges(BertTable.accents)))
    // The library's blocks of CJK characters; extension E begins where its code has it, not where Unicode does.
    _ = tables.add(
      ScalarSet([
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F,
      ]))
    return tables
  }()
}

extension BertNormalizer {
  /// Reads tokenizer.json's `normalizer`.
  init(_ fields: ConfigurationFields) throws {
    guard let normalizer = try fields.nested("normalizer") else { throw fields.missing("normalizer", expected: "BertNormalizer") }
    guard try normalizer.string("type") == "BertNormalizer" else { throw normalizer.refusal("type", expected: "BertNormalizer") }
    try self.init(
      normalizer, lowercases: "lowercase", cleansText: "clean_text", separatesChinese: "handle_chinese_chars")
  }

  /// Reads tokenizer_config.json.
  init(tokenizerConfiguration fields: ConfigurationFields) throws {
    try self.init(fields, lowercases: "do_lower_case", cleansText: nil, separatesChinese: "tokenize_chinese_chars")
  }

  /// Where the file does not say whether accents are removed, they are if letters become lower case.
  private init(
    _ fields: ConfigurationFields, lowercases: String, cleansText: String?, separatesChinese: String
  ) throws {
    self.lowercases = try fields.boolean(lowercases, default: true)
    self.cleansText = try cleansText.map { try fields.boolean($0, default: true) } ?? true
    self.separatesChinese = try fields.boolean(separatesChinese, default: true)
    stripsAccents = try fields.boolean("strip_accents", default: self.lowercases)
  }
}
