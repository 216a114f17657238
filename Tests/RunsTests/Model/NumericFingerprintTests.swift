import Runs
import Testing

struct NumericFingerprintTests {
  @Test func `A fingerprint is 16 digits, the same each time`() throws {
    let fingerprint = try NumericFingerprint.compute()
    #expect(fingerprint.count == 16 && fingerprint.allSatisfy(\.isHexDigit))
    #expect(try NumericFingerprint.compute() == fingerprint)
  }
}
