/// Which end of a conversation a key is for.
public enum KeyRole: String, Sendable, CaseIterable {
  /// The run's one learner.
  case learner
  /// A worker.
  case worker
}

/// The public half of a CURVE key (Curve25519). Not a secret: it may be logged.
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
  static let byteCount = 32

  /// 40 characters of Z85.
  public let text: String

  /// Reads the text form; nil for any other text.
  public init?(_ text: some StringProtocol) {
    guard Z85.decode(text)?.count == Self.byteCount else { return nil }
    self.text = String(text)
  }

  /// The key of these bytes, 32 of them.
  init(bytes: [UInt8]) {
    precondition(bytes.count == Self.byteCount, "a key has 32 bytes")
    text = Z85.encode(bytes)
  }

  /// The text form.
  public var description: String { text }
}

/// The secret half of a CURVE key. Its description hides it, so that no log and no error can hold it.
struct SecretKey: Sendable, CustomStringConvertible, CustomReflectable {
  /// 40 characters of Z85.
  let text: String

  init?(_ text: some StringProtocol) {
    guard Z85.decode(text)?.count == PublicKey.byteCount else { return nil }
    self.text = String(text)
  }

  var description: String { "(secret)" }

  var customMirror: Mirror { Mirror(self, children: []) }
}

/// A key with its secret half, its role and its name.
public struct KeyPair: Sendable {
  /// Which end of a conversation the key is for.
  public let role: KeyRole

  /// The key's name. A worker has its key's name; `NAME/*` stands for a pool of workers.
  public let name: String

  /// The pool of workers that the key is for; nil where it is for one worker, or the learner.
  public var pool: String? { role == .worker ? WorkerPool.name(of: name) : nil }

  /// Whether a worker may have this name under this key.
  public func covers(_ worker: String) -> Bool {
    guard role == .worker else { return false }
    return pool.map { WorkerPool.holds(worker, pool: $0) } ?? (worker == name)
  }

  /// The half that others know.
  public let publicKey: PublicKey

  let secret: SecretKey

  init(role: KeyRole, name: String, publicKey: PublicKey, secret: SecretKey) {
    self.role = role
    self.name = name
    self.publicKey = publicKey
    self.secret = secret
  }

  /// Makes a key from the system's randomness.
  ///
  /// - Throws: ``WireError`` with code `key` when the name cannot be a key's, and `system` when libzmq has no CURVE.
  public static func make(role: KeyRole, name: String) throws(WireError) -> KeyPair {
    try requireKeyName(name)
    let (publicKey, secret) = try makeCurveKeys()
    return KeyPair(role: role, name: name, publicKey: publicKey, secret: secret)
  }

  /// Makes the key of a pool of workers; each worker's name is `POOL/` and a part of its own.
  public static func make(pool: String) throws(WireError) -> KeyPair {
    try requireKeyName(pool)
    let (publicKey, secret) = try makeCurveKeys()
    return KeyPair(role: .worker, name: WorkerPool.entry(for: pool), publicKey: publicKey, secret: secret)
  }
}

/// Throws unless a name can be a key's: it must be valid as a worker's name and as a plain file name.
func requireKeyName(_ name: String) throws(WireError) {
  let isPlain = name.utf8.allSatisfy {
    (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f
  }
  guard (1...Limits.workerNameBytes).contains(name.utf8.count), isPlain, !name.hasPrefix("."), !name.hasPrefix("-") else {
    throw WireError(
      .key,
      "\(name.debugDescription) cannot be the name of a key: expected 1 to \(Limits.workerNameBytes) of the characters A-Z a-z 0-9 . _ - "
        + "that begin with neither . nor -")
  }
}
