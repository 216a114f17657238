extension ExpressionParser {
  /// `\p{…}`, `\p{^…}` and `\P{…}`, from the brace on.
  mutating func parseProperty(isNegated: Bool, at start: Int) throws(ExpressionError) -> ClassItem {
    position += 1
    let isInverted = take("^") != isNegated
    let nameStart = position
    while let scalar = next, scalar != "}" { position += scalar.isASCII ? 1 : pattern.count }
    guard position < pattern.count else { throw failure("a '\\p{' without its '}'", at: start) }
    let name = String(String.UnicodeScalarView(pattern[nameStart..<position]))
    position += 1
    guard let (set, isFolded) = Self.property(name) else {
      throw failure("the property \"\(name)\", expected a general category, or a script that is known here", at: start)
    }
    return .set(isInverted ? set.inverted : set, isFolded: isFolded)
  }

  /// The characters with a property, and whether the property holds for all cases of a letter alike. Names are compared without case and
  /// separators.
  private static func property(_ name: String) -> (ScalarSet, isFolded: Bool)? {
    let plain = name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
    switch plain {
    case "space", "whitespace": return (.whitespace, true)
    case "digit": return (.digits, true)
    case "word": return (.word, true)
    case "xdigit": return (.hexadecimalDigits, true)
    case "any": return (.all, true)
    default: break
    }
    let short = longNames[plain] ?? plain
    let category = short.prefix(1).uppercased() + short.dropFirst()
    if category.count <= 2, let set = ScalarSet.category(category) { return (set, !["Lu", "Ll", "Lt"].contains(category)) }
    return ScalarSet.script(short.prefix(1).uppercased() + short.dropFirst()).map { ($0, false) }
  }

  private static let longNames = [
    "letter": "l", "uppercaseletter": "lu", "lowercaseletter": "ll", "titlecaseletter": "lt", "casedletter": "lc",
    "modifierletter": "lm", "otherletter": "lo", "mark": "m", "combiningmark": "m", "nonspacingmark": "mn", "spacingmark": "mc",
    "enclosingmark": "me", "number": "n", "decimalnumber": "nd", "letternumber": "nl", "othernumber": "no", "punctuation": "p",
    "punct": "p", "connectorpunctuation": "pc", "dashpunctuation": "pd", "openpunctuation": "ps", "closepunctuation": "pe",
    "initialpunctuation": "pi", "finalpunctuation": "pf", "otherpunctuation": "po", "symbol": "s", "mathsymbol": "sm",
    "currencysymbol": "sc", "modifiersymbol": "sk", "othersymbol": "so", "separator": "z", "spaceseparator": "zs",
    "lineseparator": "zl", "paragraphseparator": "zp", "other": "c", "control": "cc", "cntrl": "cc", "format": "cf",
    "surrogate": "cs", "privateuse": "co", "unassigned": "cn", "hani": "han", "hira": "hiragana", "kana": "katakana",
    "hang": "hangul", "latn": "latin", "cyrl": "cyrillic", "grek": "greek", "arab": "arabic", "hebr": "hebrew", "deva": "devanagari",
    "bopo": "bopomofo",
  ]

  /// `[:space:]` and such, from the bracket on.
  mutating func parsePosixClass() throws(ExpressionError) -> ScalarSet {
    let start = position
    position += 2
    let isNegated = take("^")
    for (name, set) in Self.posixClasses where take(name + ":]") { return isNegated ? set.inverted : set }
    throw failure("a class that is not known here", at: start)
  }

  private static let posixClasses: [(String, ScalarSet)] = [
    ("space", .whitespace), ("digit", .digits), ("word", .wordInClass), ("xdigit", .hexadecimalDigits),
    ("ascii", ScalarSet([0...0x7F])), ("cntrl", ScalarSet.category("Cc") ?? ScalarSet()),
  ]
}

extension ScalarSet {
  /// `\h`
  static let hexadecimalDigits = ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
}
