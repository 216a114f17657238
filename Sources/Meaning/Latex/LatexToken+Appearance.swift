extension LatexToken {
  /// Commands that only change what something looks like, with an argument in braces that stays.
  private static let fonts: Set<String> = [
    "text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathnormal",
    "mbox", "hbox", "fbox", "boxed", "emph", "boldsymbol", "operatorname",
  ]

  /// Commands without an argument that change nothing but size and style.
  private static let styles: Set<String> = [
    "displaystyle", "textstyle", "scriptstyle", "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "bigg", "Bigg", "limits",
  ]

  /// Commands that are wider or narrower white space. `\!` is none: it takes space away.
  private static let spaces: Set<String> = [",", ";", ":", ">", " ", "quad", "qquad", "enspace", "enskip", "thinspace", "\n", "\t"]

  /// Names of commands that mean the same.
  private static let synonyms: [String: String] = [
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "leq": "le", "geq": "ge", "leqslant": "le", "geqslant": "ge", "neq": "ne",
    "lbrace": "{", "rbrace": "}",
  ]

  /// The tokens without what only changes their appearance: fonts (their braces with them), styles, sized delimiters; every kind of
  /// space one kind, every synonym one name. O(n).
  static func withoutAppearance(_ tokens: [LatexToken]) -> [LatexToken] {
    var result: [LatexToken] = []
    /// For each open brace, whether it is a font's and goes with it.
    var isFontBrace: [Bool] = []
    var followsFont = false
    for token in tokens {
      switch token {
      case .command(let name) where fonts.contains(name):
        followsFont = true
        continue
      case .command(let name) where styles.contains(name):
        continue
      case .space where followsFont:
        continue
      case .command(let name) where spaces.contains(name):
        result.append(.space)
      case .command(let name):
        result.append(.command(synonyms[name] ?? name))
      case .scalar("{"):
        isFontBrace.append(followsFont)
        if !followsFont { result.append(token) }
      case .scalar("}"):
        if isFontBrace.popLast() != true { result.append(token) }
      default:
        result.append(token)
      }
      followsFont = false
    }
    return result
  }
}
