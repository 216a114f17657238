import Digests
import Testing

@Suite struct KeyedHashTests {
  private let hash = KeyedHash(key: Array(0..<32))

  /// Made by Python: hashlib.blake2b(bytes(range(5)), key=bytes(range(32)), digest_size=16).hexdigest()
  @Test("A code is BLAKE2b's with a key") func aCodeIsBLAKE2bsWithAKey() {
    #expect(hexadecimal(hash.code(of: Array(0..<5))) == "fb3ef5a5b55a9d89aac0ec3483037fd1")
  }

  @Test("Every bit of code and message counts, and so does the key") func everyBitCounts() {
    let message: [UInt8] = Array(1...20)
    let code = hash.code(of: message)
    #expect(hash.confirms(code, of: message))
    for bit in 0..<8 * code.count {
      var other = code
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!hash.confirms(other, of: message))
    }
    for bit in 0..<8 * message.count {
      var other = message
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!hash.confirms(code, of: other))
    }
    #expect(!KeyedHash(key: Array(1...32)).confirms(code, of: message))
    #expect(!hash.confirms([], of: message) && !hash.confirms(Array(code.dropLast()), of: message))
  }

  @Test("Drawn keys differ") func drawnKeysDiffer() {
    #expect(KeyedHash.randomKey() != KeyedHash.randomKey())
    #expect(KeyedHash.randomKey().count == KeyedHash.keyBytes)
  }
}
