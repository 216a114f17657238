internal import BigInt

/// The greatest common divisor of two long numbers, by Lehmer's method: as many of Euclid's quotients as the leading words determine are applied
/// at once. O(n²) for n words.
///
/// D. H. Lehmer, Euclid's algorithm for large numbers, American Mathematical Monthly 45 (1938); the condition on the quotients is G. E. Collins's,
/// as D. E. Knuth gives it in The Art of Computer Programming 2, 4.5.2.
struct LongDivisor {
  /// The larger number and the smaller one, least word first, both of one length.
  private var larger: [UInt]
  private var smaller: [UInt]

  static func greatest(_ first: BigUInt, _ second: BigUInt) -> BigUInt {
    if first.bitWidth <= UInt.bitWidth || second.bitWidth <= UInt.bitWidth { return withWord(first, second) }
    var pair = LongDivisor(first < second ? second : first, first < second ? first : second)
    while pair.smaller.dropFirst().contains(where: { $0 != 0 }) { pair.step() }
    return withWord(BigUInt(words: pair.larger), BigUInt(words: pair.smaller))
  }

  /// Where one number, at least, is a word.
  private static func withWord(_ first: BigUInt, _ second: BigUInt) -> BigUInt {
    let (long, short) = first < second ? (second, first) : (first, second)
    if short.isZero { return long }
    if short == 1 { return short }
    return BigUInt(Meaning.greatestCommonDivisor(UInt(long % short), UInt(short)))
  }

  private init(_ larger: BigUInt, _ smaller: BigUInt) {
    self.larger = Array(larger.words)
    self.smaller = Array(smaller.words)
    self.smaller += Array(repeating: 0, count: max(0, self.larger.count - self.smaller.count))
  }

  private mutating func step() {
    while larger.last == 0 {
      larger.removeLast()
      smaller.removeLast()
    }
    var (first, second) = leadingBits
    var (a, b, c, d): (Int, Int, Int, Int) = (1, 0, 0, 1)
    while second + c != 0 && second + d != 0 {
      let quotient = (first + a) / (second + c)
      guard quotient == (first + b) / (second + d) else { break }
      (a, c) = (c, a - quotient * c)
      (b, d) = (d, b - quotient * d)
      (first, second) = (second, first - quotient * second)
    }
    if b == 0 {
      divide()
    } else {
      combine(a, b, c, d)
    }
  }

  /// The first 62 bits of the larger number, and those of the smaller one in the same places.
  private var leadingBits: (Int, Int) {
    let last = larger.count - 1
    let shift = larger[last].leadingZeroBitCount
    func leading(_ words: [UInt]) -> Int {
      let next = last > 0 ? words[last - 1] : 0
      let bits = shift == 0 ? words[last] : words[last] << UInt(shift) | next >> UInt(UInt.bitWidth - shift)
      return Int(bits >> 2)
    }
    return (leading(larger), leading(smaller))
  }

  /// a times the larger plus b times the smaller, and c and d times.
  private mutating func combine(_ a: Int, _ b: Int, _ c: Int, _ d: Int) {
    var (firstCarry, secondCarry): (Int128, Int128) = (0, 0)
    for index in larger.indices {
      let (x, y) = (Int128(larger[index]), Int128(smaller[index]))
      // The factors are below 2^62, of opposite signs, so that nothing leaves 127 bits.
      let first = Int128(a) * x + Int128(b) * y + firstCarry
      let second = Int128(c) * x + Int128(d) * y + secondCarry
      larger[index] = UInt(truncatingIfNeeded: first)
      smaller[index] = UInt(truncatingIfNeeded: second)
      (firstCarry, secondCarry) = (first >> 64, second >> 64)
    }
  }

  /// One step of Euclid's, for a quotient of more than a few bits.
  private mutating func divide() {
    let rest = BigUInt(words: larger) % BigUInt(words: smaller)
    larger = smaller
    smaller = Array(rest.words)
    smaller += Array(repeating: 0, count: max(0, larger.count - smaller.count))
  }
}
