internal import Foundation

/// A text without what LaTeX, typography and case add to its letters: plain scalars, lower case, one kind of apostrophe and of dash.
struct FoldedText {
  let scalars: [Unicode.Scalar]

  /// Folds a text. O(n).
  init(_ text: String) {
    var plain = Self.plainText(LatexToken.unwrapped(LatexToken.withoutAppearance(LatexToken.tokens(of: text))[...]))
    if !plain.allSatisfy(\.isASCII) { plain = Self.compatible(plain) }
    scalars = plain.flatMap(Self.folded)
  }

  /// Commands that stand for letters and signs.
  private static let signs: [String: String] = [
    "%": "%", "&": "&", "#": "#", "$": "", "_": "_", "{": " ", "}": " ", "(": " ", ")": " ", "[": " ", "]": " ", "\\": " ", "!": "",
    "-": "",
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "i": "i", "j": "j",
    "ldots": " ", "dots": " ", "cdots": " ", "degree": "°", "circ": "°",
  ]

  /// Commands that put an accent on what follows.
  private static let accents: Set<String> = ["\"", "'", "`", "^", "~", "=", ".", "u", "v", "H", "c", "k", "r"]

  /// The text that tokens stand for; a command that is no sign is a word of its own name.
  private static func plainText(_ tokens: ArraySlice<LatexToken>) -> [Unicode.Scalar] {
    var text: [Unicode.Scalar] = []
    var rest = tokens
    while let token = rest.popFirst() {
      switch token {
      case .space: text.append(" ")
      case .scalar("{"), .scalar("}"), .scalar("$"): break
      case .scalar(let scalar): text.append(scalar)
      case .command("frac"):
        if let fraction = takeFraction(&rest) { text += [" "] + fraction + [" "] } else { text += Array(" frac ".unicodeScalars) }
      case .command(let name):
        if let sign = signs[name] {
          text += sign.unicodeScalars
          // The blank behind a command's name only ends it.
          if sign.unicodeScalars.first?.properties.isAlphabetic == true, rest.first == .space { rest.removeFirst() }
        } else if accents.contains(name) {
          if rest.first == .space { rest.removeFirst() }
        } else {
          text += [" "] + name.unicodeScalars + [" "]
        }
      }
    }
    return text
  }

  /// `{12}{5}` as 12/5, if whole numbers in braces, or single digits, come next.
  private static func takeFraction(_ tokens: inout ArraySlice<LatexToken>) -> [Unicode.Scalar]? {
    var rest = tokens
    guard let numerator = takeArgument(&rest), let denominator = takeArgument(&rest) else { return nil }
    tokens = rest
    return numerator + ["/"] + denominator
  }

  private static func takeArgument(_ tokens: inout ArraySlice<LatexToken>) -> [Unicode.Scalar]? {
    if let digit = tokens.first?.digit {
      tokens.removeFirst()
      return [digit]
    }
    guard tokens.popFirst()?.is("{") == true else { return nil }
    var digits: [Unicode.Scalar] = []
    while let digit = tokens.first?.digit {
      digits.append(digit)
      tokens.removeFirst()
    }
    return !digits.isEmpty && tokens.popFirst()?.is("}") == true ? digits : nil
  }

  /// The compatibility composition (NFKC) of a text, without accents on Latin and Greek letters.
  ///
  /// What the composition would run into the digits before it is kept apart: `10²` becomes `10^2` and `1½` becomes `1 1/2`.
  private static func compatible(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var apart = String.UnicodeScalarView()
    var isRaised = false
    for scalar in text {
      let raises = scalar.properties.numericType == .digit && superscripts.contains(scalar) || scalar == "⁻"
      if raises, !isRaised { apart.append("^") }
      isRaised = raises
      if scalar.properties.numericType == .numeric, !scalar.properties.isAlphabetic { apart.append(" ") }
      apart.append(scalar)
    }
    var result = String.UnicodeScalarView()
    var isAccentable = false
    for scalar in String(apart).decomposedStringWithCompatibilityMapping.unicodeScalars {
      let isAccent = (0x300...0x36F).contains(scalar.value)
      if isAccent, isAccentable { continue }
      if !isAccent { isAccentable = isLatinOrGreek(scalar) }
      result.append(scalar)
    }
    return Array(String(result).precomposedStringWithCompatibilityMapping.unicodeScalars)
  }

  private static func isLatinOrGreek(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCIILetter || (0xC0...0x3FF).contains(scalar.value) || (0x1E00...0x1FFF).contains(scalar.value)
  }

  private static let superscripts: Set<Unicode.Scalar> = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]

  /// One scalar in lower case by way of upper case, which takes apart what folding takes apart (ß, final sigma), and in ASCII where
  /// it is a digit, an apostrophe, a dash or a slash of another kind.
  private static func folded(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    if scalar.isASCII { return [Unicode.Scalar(scalar.lowercasedASCII)] }
    switch scalar {
    case "‘", "’", "ʼ", "‛", "′": return ["'"]
    case "\u{2044}", "\u{2215}": return ["/"]
    case "\u{AD}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{FEFF}": return []
    default: break
    }
    if scalar.properties.generalCategory == .dashPunctuation || scalar == "\u{2212}" { return ["-"] }
    if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
      return [Unicode.Scalar(UInt8(48 + Int(value)))]
    }
    return scalar.properties.uppercaseMapping.unicodeScalars.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
  }
}
