/// What an answer may consist of without saying anything.
enum SilentLatex {
  /// Commands that leave nothing to read: spaces, sizes, delimiters, placeholders, and fonts, whose argument is read on its own.
  static let commands: Set<String> = [
    "quad", "qquad", "enspace", "enskip", "thinspace", "medspace", "thickspace", "negthinspace", "negmedspace", "negthickspace", "space",
    "hfill",
    "vfill", "hfil", "newline", "linebreak", "par", "noindent", "indent", "smallskip", "medskip", "bigskip", "nobreakspace", "displaystyle",
    "textstyle", "scriptstyle", "scriptscriptstyle", "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl",
    "Bigr", "limits",
    "tiny", "scriptsize", "footnotesize", "small", "normalsize", "large", "Large", "LARGE", "huge", "Huge", "bf", "rm", "it", "text",
    "textbf",
    "textit", "textrm", "textsf", "texttt", "textnormal", "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathnormal", "mbox", "hbox",
    "fbox",
    "boxed", "emph", "boldsymbol", "operatorname", "underline", "overline", "mathstrut", "strut", "null", "relax", "centering", "ldots",
    "dots",
    "cdots", "vdots", "ddots", "dotsc", "dotsb", "textellipsis", "square", "Box", "blacksquare", "ast", "star", "bigcirc", "bigstar",
    "blank", "textunderscore",
    "textvisiblespace", "cdot",
    "bullet",
    "smash", "ensuremath", "protect", "leavevmode", "underscore", "fillin", "answerline", "lbrack", "rbrack", "lparen", "rparen", "langle",
    "rangle",
    "vert", "lvert", "rvert", "notag", "nonumber",
  ]

  /// Commands whose arguments say nothing either, with the number of them.
  static let swallowing: [String: Int] = [
    "phantom": 1, "hphantom": 1, "vphantom": 1, "hspace": 1, "vspace": 1, "mspace": 1, "rule": 2, "color": 1, "textcolor": 1, "label": 1,
    "tag": 1,
    "begin": 1, "end": 1, "kern": 0, "mkern": 0, "hskip": 0, "mskip": 0, "colorbox": 1, "fontsize": 2, "makebox": 0, "underbrace": 0,
  ]

  /// Commands with one length behind them, which is no number to read: `\kern 3pt`.
  static let lengths: Set<String> = ["kern", "mkern", "hskip", "mskip"]

  /// Signs that hold a place.
  static let signs: Set<Unicode.Scalar> = [
    "+", "|", "~", "^", "`", "\u{2212}", "⋯", "⋮", "□", "■", "▢", "☐", "⬜", "⬛", "◻", "◽", "▯", "▭", "◯", "○", "●", "◦", "\u{FFFD}",
    "\u{2800}", "°", "¯", "´", "¨",
    "¸", "⎵", "␣",
  ]
}

extension ScannedText {
  /// Whether what stands in `range` says nothing: punctuation, placeholders, spaces of every kind, empty brackets and fonts. The empty set, written as
  /// braces, is an answer. O(n).
  ///
  /// - Parameter silent: the ends, by their starts, of parts that are known to say nothing and aren't read again.
  func isNothing(_ range: Range<Int>, silent: [Int: Int] = [:]) -> Bool {
    var letters = ""
    var isRelation = false
    var index = range.lowerBound
    while index < range.upperBound {
      let scalar = scalars[index]
      guard scalar == "\\" else {
        index += 1
        if scalar.isSilent { continue }
        if scalar == "<" || scalar == ">" {
          isRelation = true
          continue
        }
        guard scalar.properties.isAlphabetic, letters.utf8.count < 24 else { return false }
        letters.unicodeScalars.append(scalar)
        continue
      }
      if let end = silent[index] {
        index = end
        continue
      }
      var end = index + 1
      while end < range.upperBound, scalars[end].isASCIILetter { end += 1 }
      if end == index + 1 {
        if self.scalar(at: end) == "{", closesSet(from: end + 1, before: range.upperBound) { return false }
        index = end + 1
        continue
      }
      let name = string(index + 1..<min(end, index + 25))
      index = end
      if name == "lbrace", closesSet(from: end, before: range.upperBound) { return false }
      if let count = SilentLatex.swallowing[name] {
        if SilentLatex.lengths.contains(name) { index = endOfLength(from: index, before: range.upperBound) }
        for _ in 0..<count { index = endOfArgument(from: index, before: range.upperBound) }
      } else if !SilentLatex.commands.contains(name), name != "lbrace", name != "rbrace" {
        return false
      }
    }
    return letters.isEmpty ? !isRelation : AnswerWords.placeholders.contains(letters.lowercased())
  }

  /// Whether nothing but blanks stands between an opening brace of a set and the closing one.
  private func closesSet(from index: Int, before limit: Int) -> Bool {
    var index = indexAfterWhiteSpace(from: index)
    while index < limit, scalar(at: index) == "\\", let space = scalar(at: index + 1), ",;:! ".unicodeScalars.contains(space) {
      index = indexAfterWhiteSpace(from: index + 2)
    }
    if has("\\right", at: index) { index = indexAfterWhiteSpace(from: index + 6) }
    return index < limit && (has("\\}", at: index) || has("\\rbrace", at: index))
  }

  /// Behind the argument in braces or brackets at `index`, a star before it; `index` where none is.
  private func endOfArgument(from index: Int, before limit: Int) -> Int {
    var start = scalar(at: index) == "*" ? index + 1 : index
    start = min(indexAfterWhiteSpace(from: start), limit)
    guard start < limit, scalars[start] == "{" else { return index }
    var depth = 0
    for place in start..<limit {
      if scalars[place] == "{" { depth += 1 }
      if scalars[place] == "}" { depth -= 1 }
      if depth == 0 { return place + 1 }
    }
    return limit
  }

  /// Behind a length such as `-3.5mu`.
  private func endOfLength(from index: Int, before limit: Int) -> Int {
    var index = indexAfterWhiteSpace(from: index)
    while index < limit, scalars[index].isASCIIDigit || scalars[index] == "-" || scalars[index] == "." { index += 1 }
    for _ in 0..<2 where index < limit && scalars[index].isASCIILetter { index += 1 }
    return min(index, limit)
  }
}

extension Unicode.Scalar {
  /// Whether the scalar alone says nothing.
  fileprivate var isSilent: Bool {
    if isASCII { return !(isASCIILetter || isASCIIDigit || self == "<" || self == ">" || self == "=") }
    if SilentLatex.signs.contains(self) || properties.isDefaultIgnorableCodePoint { return true }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation,
      .control, .format, .unassigned, .privateUse, .surrogate, .spaceSeparator, .lineSeparator, .paragraphSeparator, .nonspacingMark,
      .spacingMark,
      .enclosingMark, .modifierSymbol, .currencySymbol:
      return true
    default: return false
    }
  }
}
