internal import CSodium

/// BLAKE2b with a key (RFC 7693), by libsodium: a message authentication code, and a source of numbers that nobody without the key foresees.
public struct KeyedHash: Sendable, Equatable {
  /// The bytes of a key.
  public static let keyBytes = 32

  private let key: [UInt8]

  /// A hash under a key of ``keyBytes`` bytes.
  public init(key: [UInt8]) {
    precondition(key.count == Self.keyBytes, "a key has \(Self.keyBytes) bytes")
    self.key = key
  }

  /// A hash under a key that the system draws, which nobody else knows.
  public static func random() -> KeyedHash { KeyedHash(key: randomKey()) }

  /// A key that the system draws.
  public static func randomKey() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<keyBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// The code of a message, in `length` bytes from 16 to 64.
  public func code(of message: [UInt8], length: Int = 16) -> [UInt8] {
    precondition((16...64).contains(length), "a code has 16 to 64 bytes")
    return unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      _ = unsafe crypto_generichash(base, length, message, UInt64(message.count), key, key.count)
      count = length
    }
  }

  /// Whether a code is that of a message, found in a time that does not depend on where they differ.
  public func confirms(_ code: [UInt8], of message: [UInt8]) -> Bool {
    guard (16...64).contains(code.count) else { return false }
    let own = self.code(of: message, length: code.count)
    return zip(own, code).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
