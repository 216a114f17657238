import Digests
import Testing

@Suite struct BLAKE2bTests {
  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// As Python's `hashlib.blake2b(data, digest_size=32).hexdigest()` has it.
  @Test(
    "Digests are those of another implementation",
    arguments: [
      ("", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
      ("abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
    ])
  func digests(text: String, expected: String) {
    #expect(hexadecimal(BLAKE2b.digest(of: Array(text.utf8))) == expected)
  }

  @Test("The digest of pieces is that of their digests and the tail", arguments: [0, 1, 7, 8, 9, 24, 1_000])
  func pieces(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let leaves = stride(from: 0, to: count, by: 8).flatMap { BLAKE2b.digest(of: Array(bytes[$0..<min($0 + 8, count)])) }
    #expect(BLAKE2b.digest(ofPieces: bytes, of: 8, tail: [1, 2]) == BLAKE2b.digest(of: leaves + [1, 2]))
  }
}
