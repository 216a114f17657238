extension MathParser {
  /// Whether letters in a row behind a number and a blank say what it counts.
  static func looksLikeUnit(_ run: String) -> Bool {
    run.utf8.count >= 3 && run.utf8.dropFirst().allSatisfy { (97...122).contains($0) } && !looksLikeProduct(run)
  }

  /// Whether letters in a row behind a number are the short name of a unit, which ends the answer: `5 cm`, but not `p^2+2pc+c^2`.
  func isUnit(_ run: String) -> Bool {
    guard MathVocabulary.shortUnits.contains(run), !isSum else { return false }
    var index = position + 1
    while index < end {
      switch lexemes[index].token {
      case .symbol(.caret), .symbol(.divide), .symbol(.openBrace), .symbol(.closeBrace), .digit, .run, .word, .symbol(.comma): index += 1
      default: return false
      }
    }
    return true
  }

  /// Whether the name of a function at the front is a unit: minutes, seconds, or one that is spelled as a logarithm. It stands behind a number,
  /// and nothing that the function could be applied to follows.
  var isUnitAtEnd: Bool {
    guard position > 0 else { return false }
    switch lexemes[position - 1].token {
    case .digit, .symbol(.closeBrace), .symbol(.closeParenthesis): break
    default: return false
    }
    guard position + 1 < end else { return true }
    switch lexemes[position + 1].token {
    case .symbol(.comma), .symbol(.semicolon), .symbol(.and), .symbol(.or), .symbol(.period), .symbol(.closeParenthesis),
      .symbol(.closeBracket), .symbol(.closeSet):
      return true
    default: return false
    }
  }

  /// Takes the words behind a number, with their powers and quotients: `cm^2`, `miles per hour`, `kg m/s`. Returns whether anything was taken.
  mutating func skipUnits() throws(Failure) -> Bool {
    let start = position
    while let token = next {
      switch token {
      case .word(let word):
        if Self.isHalfOfDay(word) { return position > start }
      case .run(let run):
        guard position > start || isUnit(run) || Self.looksLikeUnit(run) else { throw Failure() }
      case .symbol(.divide) where position > start:
        guard case .word? = self.token(1) else { return true }
      case .symbol(.times) where position > start:
        guard case .word? = self.token(1) else { return true }
      case .symbol(.caret) where position > start:
        skipPowerOfUnit()
        continue
      case .symbol(.period) where position > start && position + 1 == end: break
      default: return position > start
      }
      advance()
    }
    return position > start
  }

  private mutating func skipPowerOfUnit() {
    advance()
    let isBraced = take(.openBrace)
    _ = take(.minus)
    _ = takeDigits()
    if isBraced { _ = take(.closeBrace) }
  }

  static func isHalfOfDay(_ word: String) -> Bool { ["am", "pm", "AM", "PM", "Am", "Pm"].contains(word) }
}
