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
    Self.looksLikeProduct(run) || hasOperators && run.utf8.count <= 3 && !Self.shortWords.contains(run)
  }

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
      position = end
      return known
    }
    if let value = NumberWords.value(of: words) {
      position = end
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
      position += 1
    }
  }

  private static let fillers: Set<String> = ["approximately", "about", "approx", "roughly", "exactly", "around", "only"]

  // MARK: - Units

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
      position += 1
    }
    return position > start
  }

  private mutating func skipPowerOfUnit() {
    position += 1
    let isBraced = take(.openBrace)
    _ = take(.minus)
    _ = takeDigits()
    if isBraced { _ = take(.closeBrace) }
  }

  static func isHalfOfDay(_ word: String) -> Bool { ["am", "pm", "AM", "PM", "Am", "Pm"].contains(word) }

  // MARK: - Times and dates

  /// `3:30 pm`, when half a day stands behind the two terms of a ratio.
  mutating func time(_ terms: [Expression], from start: Int) throws(Failure) -> AnswerNode? {
    guard case .word(let word)? = next, Self.isHalfOfDay(word) else { return nil }
    guard terms.count == 2, case .number(let hour) = terms[0], case .number(let minute) = terms[1], let hours = hour.integer,
      let minutes = minute.integer, (1...12).contains(hours), (0...59).contains(minutes)
    else { throw Failure() }
    position += 1
    return .time(minutes: hours % 12 * 60 + minutes + (word.lowercased() == "pm" ? 720 : 0))
  }

  private static let months: [String: Int] = {
    let names = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]
    var table = Dictionary(uniqueKeysWithValues: zip(names, 1...12))
    for (name, month) in zip(names, 1...12) { table[String(name.prefix(3))] = month }
    return table
  }()

  /// `July 4, 1776`, `4 July 1776`, `July 4`, `July 1776`, `1776-07-04`; nil for anything else.
  private mutating func dateOrNil() -> AnswerNode? {
    guard end - position <= 12 else { return nil }
    var month: Int?
    var numbers: [Int] = []
    var digits = ""
    var dashes = 0
    for (offset, lexeme) in lexemes[position..<end].enumerated() {
      if case .digit(let digit) = lexeme.token, digits.isEmpty || !lexeme.isSpaced {
        digits += String(digit)
        continue
      }
      if let number = Int(digits) { numbers.append(number) }
      digits = ""
      switch lexeme.token {
      case .digit(let digit): digits = String(digit)
      case .word(let word), .run(let word):
        if let found = Self.months[word.lowercased()], month == nil {
          month = found
        } else if !["st", "nd", "rd", "th", "of"].contains(word.lowercased()) || offset == 0 {
          return nil
        }
      case .symbol(.comma) where month != nil, .symbol(.period) where month != nil: break
      case .symbol(.minus) where month == nil: dashes += 1
      default: return nil
      }
    }
    if let number = Int(digits) { numbers.append(number) }
    guard let node = Self.date(month: month, numbers: numbers, dashes: dashes) else { return nil }
    position = end
    return node
  }

  private static func date(month: Int?, numbers: [Int], dashes: Int) -> AnswerNode? {
    if let month {
      switch numbers.count {
      case 1 where (1...31).contains(numbers[0]): return .date(year: nil, month: month, day: numbers[0])
      case 1 where numbers[0] >= 1000: return .date(year: numbers[0], month: month, day: nil)
      case 2:
        guard let day = numbers.first(where: { (1...31).contains($0) }), let year = numbers.last(where: { $0 > 31 }) else { return nil }
        return .date(year: year, month: month, day: day)
      default: return nil
      }
    }
    guard dashes == 2, numbers.count == 3, numbers[0] >= 1000, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else {
      return nil
    }
    return .date(year: numbers[0], month: numbers[1], day: numbers[2])
  }

  // MARK: - Definitions

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
        position = index + 1
        return
      case .word(let word) where word.utf8.count > 1: isObject = true
      case .run(let run):
        guard run.utf8.contains(where: { (65...90).contains($0) }) || run.utf8.count > 3 else { return }
        isObject = true
      case .object, .overline: isObject = true
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
    return false
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
