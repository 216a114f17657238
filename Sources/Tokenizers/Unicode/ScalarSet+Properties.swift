extension ScalarSet {
  /// The scalars of a general category such as `Lu`, or of a group of them such as `L`; nil when there is none of that name.
  static func category(_ name: String) -> ScalarSet? {
    if name == "Any" { return .all }
    if name == "LC" { return ScalarSet(categories["Lu", default: []] + categories["Ll", default: []] + categories["Lt", default: []]) }
    let ranges = categories.filter { $0.key == name || $0.key.prefix(1) == name }.flatMap(\.value)
    return ranges.isEmpty ? nil : ScalarSet(ranges)
  }

  /// The scalars of a script; nil for scripts without a table.
  static func script(_ name: String) -> ScalarSet? {
    let text: String
    switch name {
    case "Han": text = CategoryTable.han
    case "Hiragana": text = CategoryTable.hiragana
    case "Katakana": text = CategoryTable.katakana
    case "Hangul": text = CategoryTable.hangul
    case "Latin": text = CategoryTable.latin
    case "Cyrillic": text = CategoryTable.cyrillic
    case "Greek": text = CategoryTable.greek
    case "Arabic": text = CategoryTable.arabic
    case "Hebrew": text = CategoryTable.hebrew
    case "Thai": text = CategoryTable.thai
    case "Devanagari": text = CategoryTable.devanagari
    case "Bopomofo": text = CategoryTable.bopomofo
    default: return nil
    }
    return ScalarSet(TableText.ranges(text))
  }

  /// `\p{L}`
  static let letters = group("L")
  /// `\p{M}`
  static let marks = group("M")
  /// `\d`
  static let digits = group("Nd")

  /// `\s`
  static let whitespace = ScalarSet([
    0x9...0xD, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
    0x205F...0x205F, 0x3000...0x3000,
  ])

  /// `\w` inside of a class: letters, marks, digits, connectors, and the symbols that count as alphabetic.
  static let wordInClass = letters.union(marks).union(digits).union(group("Nl")).union(group("Pc"))
    .union(ScalarSet([0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189]))

  /// `\w` outside of a class, where Oniguruma takes the superscripts and fractions of Latin-1 for word characters as well.
  static let word = wordInClass.union(ScalarSet([0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE]))

  /// `\w` of the regular expressions of Rust (UTS #18, annex C): with the two joiners.
  static let unicodeWord = wordInClass.union(ScalarSet([0x200C...0x200D]))

  /// The number characters of `Digits`: `\p{N}` of Unicode 17.
  static let numbers = group("N").union(ScalarSet([0x11DE0...0x11DE9, 0x16FF4...0x16FF6]))

  /// The characters at which `Punctuation` cuts.
  static let punctuation = ScalarSet(TableText.ranges(CategoryTable.punctuation))

  private static func group(_ name: String) -> ScalarSet { category(name) ?? ScalarSet() }

  /// The ranges of each category.
  private static let categories: [String: [ClosedRange<UInt32>]] = {
    let names = [
      "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk",
      "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
    ]
    let symbols = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ!$%&".utf8)
    var ranges: [String: [ClosedRange<UInt32>]] = [:]
    let text = Array(CategoryTable.categories.utf8)
    var start: UInt32 = 0
    var position = 0
    while position < text.count, let symbol = symbols.firstIndex(of: text[position]) {
      var length: UInt32 = 0
      position += 1
      while position < text.count, !symbols.contains(text[position]) {
        length = length * 36 + TableText.digit(text[position])
        position += 1
      }
      ranges[names[symbol], default: []].append(start...start + length)
      start += length + 1
    }
    return ranges
  }()
}
