extension ScannedText {
  /// The last letter from A to J, in upper case, that stands for an option; nil without one.
  ///
  /// A letter on its own does, unless it is a symbol (`A = 5`, `25 °C`, `P(A)`, `A-B`). `A` and `I` are words of their own, so in running text
  /// these two count only where something sets them off: brackets, quotes, emphasis, mathematics, a mark behind them, the end of
  /// the line, or the word "option" or "choice" before them. O(n).
  func lastChoice() -> String? {
    var index = scalars.count - 1
    while index >= 0 {
      if ("A"..."J").contains(scalars[index]), isChoice(at: index) { return string(index..<index + 1) }
      index -= 1
    }
    return nil
  }

  private func isChoice(at index: Int) -> Bool {
    let before = scalar(at: index - 1)
    let after = scalar(at: index + 1)
    if let before, !mayPrecedeChoice(before, at: index - 1) { return false }
    if let after, !mayFollowChoice(after, at: index + 1) { return false }
    return isSetOff(before: before, after: after) || isAnnounced(before: index) || (scalars[index] != "A" && scalars[index] != "I")
  }

  private func mayPrecedeChoice(_ scalar: Unicode.Scalar, at index: Int) -> Bool {
    if scalar == " " {
      // 37 C is a temperature, and C in B + C an operand.
      return self.scalar(at: index - 1).map { !$0.isASCIIDigit && !"°+<>^∪∩".unicodeScalars.contains($0) } ?? true
    }
    if scalar == "(" || scalar == "[" || scalar == "{" {
      // P(A), f[A] and x_{A} are no choices; \text{A} is one.
      return self.scalar(at: index - 1).map { !$0.isASCIIDigit && (scalar == "{" || !$0.isLetterOfName) && $0 != "_" && $0 != "^" } ?? true
    }
    if scalar == "'" { return self.scalar(at: index - 1).map { !$0.properties.isAlphabetic } ?? true }
    return scalar.isWhiteSpace || "*\"“‘$:,;/>=".unicodeScalars.contains(scalar) || (scalar.value >= 0x2E80 && !scalar.isASCII)
  }

  private func mayFollowChoice(_ scalar: Unicode.Scalar, at index: Int) -> Bool {
    switch scalar {
    case ".":
      // The period of an abbreviation has a letter or digit behind it.
      guard let next = self.scalar(at: index + 1) else { return true }
      return !next.properties.isAlphabetic && !next.isASCIIDigit
    case "'", "’":
      // A quote may close, an apostrophe goes on.
      return self.scalar(at: index + 1).map { !$0.properties.isAlphabetic } ?? true
    case "*":
      return self.scalar(at: index + 1) == "*" || self.scalar(at: index + 1).map { !$0.isASCIIDigit && !$0.properties.isAlphabetic } ?? true
    default:
      if scalar.isWhiteSpace { return !isOperator(at: indexAfterBlanks(from: index)) }
      return ")]}\"”$:,;!?<\\".unicodeScalars.contains(scalar) || scalar.value >= 0x2E80
    }
  }

  /// A few blanks are all that stands between a symbol and its operator; looking no further keeps the scan linear.
  private func indexAfterBlanks(from index: Int) -> Int {
    var end = index
    while end < index + 4, scalar(at: end) == " " { end += 1 }
    return end
  }

  private func isOperator(at index: Int) -> Bool {
    guard let scalar = scalar(at: index) else { return false }
    return "=+<>^_∪∩".unicodeScalars.contains(scalar)
  }

  /// Whether a mark on either side, or the end of the line behind it, sets the letter off from running text.
  private func isSetOff(before: Unicode.Scalar?, after: Unicode.Scalar?) -> Bool {
    guard let after, !after.endsLine else { return true }
    return ".):]}*\"”$".unicodeScalars.contains(after) || before.map { "([{*\"“$:".unicodeScalars.contains($0) } ?? false
  }

  private func isAnnounced(before index: Int) -> Bool {
    has("option ", at: index - 7) || has("choice ", at: index - 7) || has("answer ", at: index - 7)
  }
}
