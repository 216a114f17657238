/// A text as the counts of its sequences of one, two and three words, by their hashes: a vector in which texts that say the same in the same
/// words are near each other.
///
/// A word is a run of letters and digits, ASCII in lower case; any other scalar that is no white space is a word by itself, as are ideographs and kana,
/// whose scripts leave no space between words. O(n).
struct WordSequences {
  /// The most words of a sequence.
  static let longest = 3

  /// Hashes in rising order, each with its count.
  let counts: [(hash: UInt64, count: Int)]

  /// The square of the vector's norm.
  let square: Int

  init(of text: String) {
    let words = Self.words(of: text)
    var hashes: [UInt64] = []
    hashes.reserveCapacity(Self.longest * words.count)
    for start in words.indices {
      var hash = FowlerNollVo()
      for word in words[start..<min(start + Self.longest, words.count)] {
        hash.add(word)
        hashes.append(hash.value)
      }
    }
    hashes.sort()
    var counts: [(hash: UInt64, count: Int)] = []
    for hash in hashes {
      if counts.last?.hash == hash { counts[counts.count - 1].count += 1 } else { counts.append((hash, 1)) }
    }
    self.counts = counts
    square = counts.reduce(0) { $0 + $1.count * $1.count }
  }

  /// The cosine of the angle between two texts' vectors, from 0 to 1; 1 for texts of the same words, 0 where one has none and the other some.
  ///
  /// The products are whole numbers, so that the result has the same bits on every processor. O(n).
  func similarity(to other: WordSequences) -> Double {
    guard square > 0, other.square > 0 else { return square == other.square ? 1 : 0 }
    var (product, left, right) = (0, 0, 0)
    while left < counts.count, right < other.counts.count {
      let (one, two) = (counts[left], other.counts[right])
      if one.hash == two.hash { product += one.count * two.count }
      if one.hash <= two.hash { left += 1 }
      if two.hash <= one.hash { right += 1 }
    }
    return min(1, Double(product) / (Double(square) * Double(other.square)).squareRoot())
  }

  private static func words(of text: String) -> [String.UnicodeScalarView] {
    var words: [String.UnicodeScalarView] = []
    var isInWord = false
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        let letter = Unicode.Scalar(scalar.lowercasedASCII)
        let isPart = letter.isASCIIDigit || letter.isASCIILetter
        if isPart, isInWord { words[words.count - 1].append(letter) } else if !letter.isWhiteSpace { words.append(.init([letter])) }
        isInWord = isPart
      } else {
        let isPart = scalar.isPartOfLongWord
        if isPart, isInWord { words[words.count - 1].append(scalar) } else if !scalar.isWhiteSpace { words.append(.init([scalar])) }
        isInWord = isPart
      }
    }
    return words
  }
}

extension Unicode.Scalar {
  /// Whether a scalar beyond ASCII goes on with the word before it.
  fileprivate var isPartOfLongWord: Bool {
    let isKana = (0x3040...0x30FF).contains(value)
    return !isKana && !properties.isIdeographic && (properties.isAlphabetic || properties.numericType != nil || properties.isDiacritic)
  }
}

/// FNV-1a of 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv).
private struct FowlerNollVo {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Adds a word, and a mark of its end.
  mutating func add(_ word: String.UnicodeScalarView) {
    for byte in String(word).utf8 { add(byte) }
    add(0xFF)
  }

  private mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
  }
}
