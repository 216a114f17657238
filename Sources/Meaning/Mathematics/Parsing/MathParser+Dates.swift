extension MathParser {
  /// `3:30 pm`, when half a day stands behind the two terms of a ratio.
  mutating func time(_ terms: [Expression], from start: Int) throws(Failure) -> AnswerNode? {
    guard case .word(let word)? = next, Self.isHalfOfDay(word) else { return nil }
    guard terms.count == 2, case .number(let hour) = terms[0], case .number(let minute) = terms[1], let hours = hour.integer,
      let minutes = minute.integer, (1...12).contains(hours), (0...59).contains(minutes)
    else { throw Failure() }
    advance()
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
  mutating func dateOrNil() -> AnswerNode? {
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
    move(to: end)
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
}
