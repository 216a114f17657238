/// Splits a text into normalised words; ``TextJudge`` says how.
enum TextWords {
  private static let articles: Set<String> = ["a", "an", "the"]

  /// The words of a text, numbers in digits, without articles. O(n).
  static func words(of text: String) -> [String] {
    let words = NumberWords.inDigits(words(of: FoldedText(text).scalars))
    // An article has its noun behind it; at the end it is the name of something, a vitamin or an option.
    return words.dropLast().filter { !articles.contains($0) } + words.suffix(1)
  }

  /// The longest text, in bytes, whose words are normalised for a judge: longer ones could take longer than an answer may.
  static let maximumLength = 4096

  /// How long a text counts as: its bytes, with the two Arabic ligatures that are whole sentences taken apart counted as these.
  static func length(of text: some Collection<Unicode.Scalar>) -> Int {
    text.reduce(0) { $0 + ($1 == "\u{FDFA}" || $1 == "\u{FDFB}" ? 54 : UTF8.width($1)) }
  }

  /// The words of a text as they stand between white space, ASCII in lower case; none where nothing is a letter or a number. O(n).
  static func writtenWords(of text: String) -> [String] {
    guard text.unicodeScalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) else { return [] }
    return text.unicodeScalars.split(whereSeparator: \.isWhiteSpace).map { word in
      var folded = String.UnicodeScalarView()
      folded.append(contentsOf: word.lazy.map { $0.isASCII ? Unicode.Scalar($0.lowercasedASCII) : $0 })
      return String(folded)
    }
  }

  private static func words(of scalars: [Unicode.Scalar]) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func endWord() {
      if !word.isEmpty { words.append(String(word)) }
      word = String.UnicodeScalarView()
    }
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : nil
      let after = index + 1 < scalars.count ? scalars[index + 1] : nil
      switch role(of: scalar, before: before, after: after, at: index, in: scalars) {
      case .part: word.append(scalar)
      case .nothing: break
      case .gap: endWord()
      case .word(let name):
        endWord()
        words.append(name)
      }
    }
    endWord()
    return words
  }

  /// What a scalar does for the words around it.
  private enum Role {
    /// It is part of a word.
    case part
    /// It isn't there.
    case nothing
    /// It stands between two words.
    case gap
    /// It stands for a word.
    case word(String)
  }

  private static func role(
    of scalar: Unicode.Scalar, before: Unicode.Scalar?, after: Unicode.Scalar?, at index: Int, in scalars: [Unicode.Scalar]
  ) -> Role {
    let isBetweenDigits = before?.isASCIIDigit == true && after?.isASCIIDigit == true
    switch scalar {
    case "'", "_": return .nothing
    case "&": return .word("and")
    case "%": return .word("percent")
    case "#": return before?.properties.isAlphabetic == true ? .part : .gap
    case "/", ":": return isBetweenDigits ? .part : .gap
    case "-":
      if after?.isASCIIDigit == true { return before?.properties.isAlphabetic != true && before != ")" ? .part : .gap }
      let startsWord = before.map { $0.isWhiteSpace || "(=<>,".unicodeScalars.contains($0) } ?? true
      return startsWord && after.map { $0.properties.isAlphabetic || $0 == "." } ?? false ? .part : .gap
    case ",": return isBetweenDigits && isThousandsSeparator(at: index, in: scalars) ? .nothing : .gap
    case ".":
      if after?.isASCIIDigit == true, before?.properties.isAlphabetic != true, before != "." { return .part }
      // The periods of an abbreviation leave it in one piece.
      return before?.properties.isAlphabetic == true && after?.properties.isAlphabetic == true ? .nothing : .gap
    default:
      if scalar.isASCII { return scalar.isASCIIDigit || scalar.isASCIILetter || "+<=>^|~".unicodeScalars.contains(scalar) ? .part : .gap }
      return scalar.isWhiteSpace || scalar.isPunctuation ? .gap : .part
    }
  }

  /// Whether one to three digits before the comma, or groups of three, and exactly three behind it, make it a separator.
  private static func isThousandsSeparator(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    func digits(from start: Int, by step: Int) -> Int {
      var count = 0
      // Four say as much as more.
      while count < 4, scalars.indices.contains(start + count * step), scalars[start + count * step].isASCIIDigit { count += 1 }
      return count
    }
    guard digits(from: index + 1, by: 1) == 3 else { return false }
    let before = digits(from: index - 1, by: -1)
    guard before <= 3 else { return false }
    let mark = index - before - 1
    let isGroup = mark > 0 && scalars[mark] == "," && scalars[mark - 1].isASCIIDigit
    return !isGroup || before == 3
  }
}

extension Unicode.Scalar {
  /// Whether the scalar is a mark that words don't consist of.
  fileprivate var isPunctuation: Bool {
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation, .control, .format, .unassigned, .privateUse, .surrogate:
      true
    default: false
    }
  }
}
