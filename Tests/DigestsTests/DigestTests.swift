import Digests
import Files
import Foundation
import Testing

@Suite struct DigestTests {
  /// FIPS 180-4's examples.
  @Test(
    "SHA 256 of known texts",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ]) func sha256OfKnownTexts(_ text: String, _ digest: String)
  {
    #expect(SHA256.hexadecimalDigest(of: Array(text.utf8)) == digest)
  }

  @Test("SHA 256 in pieces is that of the whole") func sha256InPiecesIsThatOfTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var digest = SHA256()
    digest.update(Array(bytes[..<1]))
    digest.update([])
    let early = digest.hexadecimalDigest()
    digest.update(Array(bytes[1...]))
    #expect(early == SHA256.hexadecimalDigest(of: [bytes[0]]))
    #expect(digest.hexadecimalDigest() == SHA256.hexadecimalDigest(of: bytes))
  }

  @Test("SHA 256 of a file larger than its buffer") func sha256OfAFileLargerThanItsBuffer() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "empo-digest-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let bytes = [UInt8](repeating: 0x61, count: 1_000_000 + (1 << 20))
    try Data(bytes).write(to: file)
    #expect(try SHA256.hexadecimalDigest(ofFile: file.path) == SHA256.hexadecimalDigest(of: bytes))
  }

  @Test("SHA 256 of a missing file names it") func sha256OfAMissingFileNamesIt() {
    let error = #expect(throws: FileError.self) { _ = try SHA256.hexadecimalDigest(ofFile: "/nowhere/at-all") }
    #expect(error?.code == .unreadable)
    #expect(error?.message.contains("/nowhere/at-all") == true)
  }

  /// The value that xxHash documents for the empty input, and one more from its command line.
  @Test("Xxh 3 of known bytes") func xxh3OfKnownBytes() {
    #expect(xxh3([UInt8]()) == 0x2d06_8005_38d3_94c2)
    #expect(xxh3([0, 0, 128, 63, 0, 0, 0, 191]) == 11_258_894_006_694_854_510)
  }
}
