extension MathParser {
  /// Takes what only names the value behind it: `f(x) =`, `a_n =`, `AB =`, `\text{Area} =`, `\angle ABC =`, `P(A) =`.
  ///
  /// A single variable isn't taken here: whether `y = …` names a value depends on the other side.
  mutating func skipDefinitionHead() {
    var index = position
    var isObject = false
    var names = 0
    scan: while index < end {
      switch lexemes[index].token {
      case .symbol(.equal), .symbol(.approximately):
        guard names > 0, isObject, index + 1 < end else { return }
        move(to: index + 1)
        return
      case .word(let word) where word.utf8.count > 1: isObject = true
      case .run(let run):
        guard run.utf8.contains(where: { (65...90).contains($0) }) || run.utf8.count > 3 else { return }
        isObject = true
      case .object, .overline, .determinant: isObject = true
      case .letter, .word, .symbol(.underscore), .symbol(.openBrace), .symbol(.closeBrace), .symbol(.prime), .symbol(.caret): break
      case .digit where index > position && lexemes[index - 1].token == .symbol(.underscore): break
      case .digit where index > position && lexemes[index - 1].token == .symbol(.openBrace): break
      case .symbol(.minus) where index > position && lexemes[index - 1].token == .symbol(.openBrace): break
      case .symbol(.openParenthesis) where names == 1 && isFunctionName(lexemes[position].token):
        guard let close = closingParenthesis(from: index), isArgumentList(index + 1..<close), close + 1 < end,
          lexemes[close + 1].token == .symbol(.equal) || lexemes[close + 1].token == .symbol(.approximately)
        else { return }
        isObject = true
        index = close
      default: return
      }
      if case .symbol = lexemes[index].token {} else { names += 1 }
      index += 1
    }
  }

  private func isFunctionName(_ token: MathToken) -> Bool {
    if case .letter = token { return true }
    return token == .determinant
  }

  private func closingParenthesis(from open: Int) -> Int? {
    var depth = 0
    for index in open..<end {
      switch lexemes[index].token {
      case .symbol(.openParenthesis): depth += 1
      case .symbol(.closeParenthesis):
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return nil
  }

  /// Whether the tokens are what a function is applied to in a definition: names and numbers parted by commas.
  private func isArgumentList(_ range: Range<Int>) -> Bool {
    !range.isEmpty
      && lexemes[range].allSatisfy { lexeme in
        switch lexeme.token {
        case .letter, .digit, .constant, .symbol(.comma), .symbol(.underscore), .word: true
        default: false
        }
      }
  }
}
