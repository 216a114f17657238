/// English words for whole numbers.
enum NumberWords {
  private static let small: [Substring: Int] = {
    let words: [Substring] = [
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
      "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    var table = Dictionary(uniqueKeysWithValues: zip(words, 0...))
    let tens: [Substring] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    for (word, value) in zip(tens, stride(from: 20, through: 90, by: 10)) { table[word] = value }
    table["hundred"] = 100
    return table
  }()

  /// The value of one word in lower case, up to a hundred: `seven`, `twenty`, `twenty-one`.
  static func value(of word: Substring) -> Int? {
    if let value = small[word] { return value }
    let parts = word.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let tens = small[parts[0]], let ones = small[parts[1]], (20...90).contains(tens), (1...9).contains(ones) else {
      return nil
    }
    return tens + ones
  }
}
