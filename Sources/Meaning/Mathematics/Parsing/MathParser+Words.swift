extension MathParser {
  /// Whether letters in a row outside of text look like a product of variables: short, in lower case, and not like a word.
  ///
  /// Upper case names segments and triangles, and a vowel other than `a` makes a word; so `xy` and `abc` are products, `no` and `AB` aren't.
  static func looksLikeProduct(_ run: String) -> Bool {
    run.utf8.count <= 3 && !shortWords.contains(run)
      && run.utf8.allSatisfy { (97...122).contains($0) && ![101, 105, 111, 117].contains($0) }
  }

  /// Whether letters in a row where a factor must stand are a product; among signs of calculation they can hardly be anything else.
  func isProduct(_ run: String) -> Bool {
    if Self.looksLikeProduct(run) { return true }
    // Two letters that are a word among words only.
    if Self.twoLetterWords.contains(run) { return !hasWords }
    return hasOperators && run.utf8.count <= 3 && !Self.shortWords.contains(run)
  }

  /// Words of letters that other products have, `a` with `n` as `a` with `m`.
  private static let twoLetterWords: Set<String> = ["an", "as", "at", "by"]

  /// Whether there are words that can be no product.
  private var hasWords: Bool {
    lexemes.contains { lexeme in
      switch lexeme.token {
      case .word(let word): word.utf8.count > 1
      case .run(let run): !Self.looksLikeProduct(run) && !Self.twoLetterWords.contains(run)
      default: false
      }
    }
  }

  /// Whether there is a sign between two terms.
  static func isSum(_ lexemes: [Lexeme]) -> Bool {
    lexemes.dropFirst().contains { $0.token == .symbol(.plus) || $0.token == .symbol(.minus) }
  }

  /// Whether the answer is more than names.
  static func hasOperators(_ lexemes: [Lexeme]) -> Bool {
    lexemes.contains { lexeme in
      switch lexeme.token {
      case .digit, .fraction, .symbol(.plus), .symbol(.times), .symbol(.caret), .symbol(.divide), .symbol(.minus), .squareRoot: true
      default: false
      }
    }
  }

  private static let shortWords: Set<String> = [
    "yes", "no", "odd", "one", "two", "six", "ten", "all", "any", "an", "as", "at", "by", "day", "way", "max", "min", "cat", "map", "sad",
    "bad", "mad", "may", "man", "bar", "car", "far", "can", "tan", "and", "dna", "rna", "bat", "hat", "rat", "sat", "ray", "say", "pay",
    "gas",
    "law", "sky", "dry", "why",
  ]

  /// The meaning of an answer that is words only, if it is known as one; nil for anything else.
  mutating func wholePhrase() -> AnswerNode? {
    var words: [String] = []
    for lexeme in lexemes[position..<end] {
      switch lexeme.token {
      case .word(let word), .run(let word): words.append(word.lowercased())
      case .letter(let letter) where end - position > 1: words.append(letter.lowercased())
      case .symbol(.and): words.append("and")
      case .symbol(.or): words.append("or")
      case .symbol(.minus) where !words.isEmpty: continue
      default: return dateOrNil()
      }
      guard words.count <= 8 else { return nil }
    }
    let phrase = words.joined(separator: " ")
    if let known = Self.phrases[phrase] {
      move(to: end)
      return known
    }
    if let value = NumberWords.value(of: words) {
      move(to: end)
      return .scalar(.number(Rational(value)))
    }
    return nil
  }

  private static let phrases: [String: AnswerNode] = {
    var table: [String: AnswerNode] = [:]
    for phrase in ["no solution", "no solutions", "no real solution", "no real solutions", "empty set", "the empty set"] {
      table[phrase] = .set([])
    }
    for phrase in ["all real numbers", "all reals", "real numbers", "the real numbers", "all real", "every real number", "any real number"]
    {
      table[phrase] = .reals
    }
    for phrase in ["dne", "does not exist", "undefined"] { table[phrase] = .words("does not exist") }
    for phrase in ["positive infinity", "plus infinity"] { table[phrase] = .scalar(.constant(.infinity)) }
    for phrase in ["negative infinity", "minus infinity"] { table[phrase] = .scalar(.negation(.constant(.infinity))) }
    return table
  }()

  /// Takes words that only lead to an answer: `approximately`, `about`.
  mutating func skipFillers() {
    while let token = next {
      switch token {
      case .symbol(.approximately), .symbol(.equal): break
      case .word(let word), .run(let word):
        guard Self.fillers.contains(word.lowercased()), position + 1 < end else { return }
      default: return
      }
      advance()
    }
  }

  private static let fillers: Set<String> = ["approximately", "about", "approx", "roughly", "exactly", "around", "only"]
}
