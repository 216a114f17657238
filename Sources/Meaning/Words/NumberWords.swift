/// Numbers in words become numbers in digits: `twenty one` 21, `one hundred and five` 105, `3 million` 3000000.
///
///     number := group (scale (("and")? group scale)*)? with scales that fall
///     group  := (small? "hundred" (("and")? small)?) | small          small := 0 … 19 | tens (1 … 9)?
///
/// Ordinals become digits with one and the same ending, `21th` for `twenty-first`, `21st` and `21th`, so that they never equal a cardinal.
/// Words that form no number together are numbers of their own: `one two three` is 1 2 3.
struct NumberWords {
  private let words: [String]
  private var index = 0

  /// Words with their numbers in digits. O(n).
  static func inDigits(_ words: [String]) -> [String] {
    var parser = NumberWords(words: words)
    var result: [String] = []
    while parser.index < words.count {
      if let number = parser.number() {
        result.append(number)
      } else {
        result.append(ordinalInDigits(words[parser.index]) ?? words[parser.index])
        parser.index += 1
      }
    }
    return result
  }

  /// The whole number that all of the words spell together; nil for any others.
  static func value(of words: [String]) -> Int? {
    var parser = NumberWords(words: words)
    guard let digits = parser.number(), parser.index == words.count else { return nil }
    return Int(digits)
  }

  private init(words: [String]) {
    self.words = words
  }

  private static let units = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let ordinalUnits = [
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
  ]
  private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

  private static let smallWords = Dictionary(
    uniqueKeysWithValues: units.enumerated().map { ($1, $0) } + tens.enumerated().map { ($1, 20 + 10 * $0) })
  private static let ordinals = Dictionary(
    uniqueKeysWithValues: ordinalUnits.enumerated().map { ($1, $0) }
      + tens.enumerated().map { ($1.dropLast() + "ieth", 20 + 10 * $0) } + [("hundredth", 100), ("thousandth", 1000)])
  private static let scales = ["thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 1_000_000_000_000]

  private var word: String? { index < words.count ? words[index] : nil }

  /// The cardinal or ordinal in words at the index, in digits; nil where none starts.
  private mutating func number() -> String? {
    var total = 0
    var lowestScale = Int.max
    var isNumber = false
    while true {
      let start = index
      if isNumber, word == "and" { index += 1 }
      guard let group = group(isFirst: !isNumber) else {
        index = start
        break
      }
      let scale = word.flatMap { Self.scales[$0] } ?? 1
      // Only what the number leaves open can follow: thousands behind millions, units behind thousands.
      guard scale < lowestScale, !isNumber || group < lowestScale / scale else {
        index = start
        break
      }
      if scale > 1 { index += 1 }
      isNumber = true
      total += group * scale
      lowestScale = scale
      if scale == 1 { break }
    }
    guard isNumber else { return nil }
    if let ordinal = takeOrdinalUnit(after: total) { return "\(ordinal)th" }
    return "\(total)"
  }

  /// `first` behind `twenty`.
  private mutating func takeOrdinalUnit(after total: Int) -> Int? {
    guard (2...9).contains(total % 100 / 10), total.isMultiple(of: 10), let word, let unit = Self.ordinals[word] else { return nil }
    guard (1...9).contains(unit), index > 0, Self.tens.contains(words[index - 1]) else { return nil }
    index += 1
    return total + unit
  }

  /// A number below a thousand in words, or one in digits before a scale.
  private mutating func group(isFirst: Bool) -> Int? {
    guard let word else { return nil }
    if isFirst, index + 1 < words.count, Self.scales[words[index + 1]] != nil, word.utf8.count <= 6, let digits = Int(word), digits >= 0 {
      index += 1
      return digits
    }
    let hundreds = word == "hundred" || Self.scales[word] != nil && isFirst ? 1 : small()
    guard let hundreds else { return nil }
    guard self.word == "hundred", hundreds < 100 else { return hundreds }
    index += 1
    let start = index
    if self.word == "and" { index += 1 }
    guard let rest = small() else {
      index = start
      return hundreds * 100
    }
    return hundreds * 100 + rest
  }

  private mutating func small() -> Int? {
    guard let word, let value = Self.smallWords[word] else { return nil }
    index += 1
    guard value >= 20, let next = self.word, let unit = Self.smallWords[next], (1...9).contains(unit) else { return value }
    index += 1
    return value + unit
  }

  /// `third`, `3rd` and `3th` as `3th`.
  private static func ordinalInDigits(_ word: String) -> String? {
    if let value = ordinals[word] { return "\(value)th" }
    let digits = word.dropLast(2)
    let isOrdinal =
      ["st", "nd", "rd", "th"].contains(word.suffix(2)) && !digits.isEmpty && digits.unicodeScalars.allSatisfy(\.isASCIIDigit)
    return isOrdinal ? digits + "th" : nil
  }
}
