import NumericTestSupport
import Random
import Testing

struct PhiloxTests {
  struct KnownAnswer: Sendable, CustomTestStringConvertible {
    let counter: SIMD4<UInt32>
    let key: UInt64
    let expected: SIMD4<UInt32>
    var testDescription: String { String(counter.x, radix: 16) }
  }

  /// The vectors for philox4x32 with 10 rounds that Random123, the authors' library, publishes in its kat_vectors.
  static let knownAnswers = [
    KnownAnswer(counter: .zero, key: 0, expected: SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    KnownAnswer(
      counter: SIMD4(repeating: .max), key: .max, expected: SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
    KnownAnswer(
      counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: 0x299f_31d0_a409_3822,
      expected: SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
  ]

  @Test(arguments: knownAnswers)
  func `A block is the published one`(_ answer: KnownAnswer) {
    let stream = Philox.Stream(step: answer.counter.w, slot: answer.counter.z, sample: answer.counter.y)
    #expect(Philox(seed: answer.key, stream: stream).block(at: answer.counter.x) == answer.expected)
  }

  @Test func `Uniform numbers lie in 0..<1 and fill it evenly`() {
    let philox = Philox(seed: 7, stream: .init(step: 3, slot: 5, sample: 1))
    let count = 64_000
    var bins = [Int](repeating: 0, count: 64)
    for counter in 0..<UInt32(count) {
      let number = philox.uniform(at: counter)
      #expect(number >= 0 && number < 1)
      bins[Int(number * 64)] += 1
    }
    #expect(chiSquare(bins, shares: Array(repeating: 1 / 64, count: 64)) < chiSquareLimit(degrees: 63))
  }

  @Test func `Streams of one seed, and seeds of one stream, share nothing`() {
    var seen: Set<SIMD4<UInt32>> = []
    for seed in [0, 1, 1 << 32] as [UInt64] {
      for index in 0..<3 as Range<UInt32> {
        for stream in [
          Philox.Stream(step: index + 1, slot: 0, sample: 0), .init(step: 0, slot: index + 1, sample: 0),
          .init(step: 0, slot: 0, sample: index + 1),
        ] {
          for counter in 0..<4 as Range<UInt32> { seen.insert(Philox(seed: seed, stream: stream).block(at: counter)) }
        }
      }
    }
    #expect(seen.count == 3 * 3 * 3 * 4)
  }

  @Test func `Normal numbers have mean 0 and variance 1`() {
    let philox = Philox(seed: 1, stream: .init(step: 0, slot: 0, sample: 0))
    let pairs = (0..<20_000 as Range<UInt32>).map { philox.normals(at: $0) }
    let count = Double(2 * pairs.count)
    let mean = pairs.reduce(0) { $0 + $1.0 + $1.1 } / count
    let square = pairs.reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 } / count
    let product = pairs.reduce(0) { $0 + $1.0 * $1.1 } / Double(pairs.count)
    // Five standard errors of each estimate: 1/√n, √(2/n), 1/√(n/2).
    #expect(abs(mean) < 5 / count.squareRoot())
    #expect(abs(square - 1) < 5 * (2 / count).squareRoot())
    #expect(abs(product) < 5 * (2 / count).squareRoot())
  }

  @Test func `A sequence draws every block's four words in turn`() {
    let stream = Philox.Stream(step: 1, slot: 2, sample: 3)
    var sequence = PhiloxSequence(seed: 9, stream: stream)
    for counter in 0..<3 as Range<UInt32> {
      let words = Philox(seed: 9, stream: stream).block(at: counter)
      #expect(sequence.next() == UInt64(words.x) << 32 | UInt64(words.y))
      #expect(sequence.next() == UInt64(words.z) << 32 | UInt64(words.w))
    }
    let draws = (0..<10_000).map { _ in sequence.next(below: 10) }
    let bins = (0..<10).map { value in draws.count { $0 == value } }
    #expect(chiSquare(bins, shares: Array(repeating: 0.1, count: 10)) < chiSquareLimit(degrees: 9))
  }
}
