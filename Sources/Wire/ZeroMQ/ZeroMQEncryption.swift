import CZeroMQ

/// The code that encrypts connections in this process's libzmq.
public enum ZeroMQEncryption: Sendable, Equatable {
  /// CURVE by libsodium.
  case sodium
  /// CURVE by libzmq's own copy of TweetNaCl.
  case builtIn
  /// CURVE, by an unknown implementation.
  case unknown
  /// No CURVE.
  case missing

  /// Asks libzmq whether it has CURVE. Which implementation it has shows only in its file, which names the libraries that it needs.
  public static func current() -> ZeroMQEncryption {
    guard unsafe zmq_has("curve") == 1 else { return .missing }
    guard let path = mappedLibrary(), let namesSodium = namesSodium(path) else { return .unknown }
    return namesSodium ? .sodium : .builtIn
  }

  /// A warning where encryption is slow, or missing.
  public var warning: String? {
    switch self {
    case .sodium, .unknown: nil
    case .builtIn:
      "libzmq was built without libsodium and encrypts by TweetNaCl, which is slow: install a libzmq that uses libsodium, as Debian's libzmq5 does"
    case .missing:
      "libzmq was built without CURVE: keys cannot be used, and anyone who reaches a port could join; install a libzmq with libsodium, as Debian's libzmq5 is"
    }
  }

  /// The path of the libzmq that this process has loaded; nil where it is linked in.
  private static func mappedLibrary() -> String? {
    guard let maps = try? PrivateFile.readStream("/proc/self/maps", maximumBytes: 1 << 24) else { return nil }
    for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
      guard let start = line.firstIndex(of: "/") else { continue }
      let path = line[start...]
      if path.split(separator: "/").last?.hasPrefix("libzmq.so") == true { return String(path) }
    }
    return nil
  }

  /// Whether a library names libsodium among the libraries that it needs; nil where it cannot be read.
  private static func namesSodium(_ path: String) -> Bool? {
    guard let bytes = try? PrivateFile.readStream(path, maximumBytes: 1 << 26) else { return nil }
    let name = Array("libsodium.so".utf8)
    var rest = bytes[...]
    while let start = rest.firstIndex(of: name[0]) {
      rest = rest[start...]
      if rest.starts(with: name) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}

/// Makes a key: its public and its secret half.
func makeCurveKeys() throws(WireError) -> (PublicKey, SecretKey) {
  var open = [CChar](repeating: 0, count: 41)
  var secret = open
  guard unsafe zmq_curve_keypair(&open, &secret) == 0 else { throw curveError("cannot make a key") }
  guard let publicKey = PublicKey(text(open)), let secretKey = SecretKey(text(secret)) else {
    throw WireError(.system, "libzmq made an invalid key")
  }
  return (publicKey, secretKey)
}

/// The public half of a secret key.
func publicKey(of secret: SecretKey) throws(WireError) -> PublicKey {
  var open = [CChar](repeating: 0, count: 41)
  guard unsafe zmq_curve_public(&open, secret.text) == 0, let key = PublicKey(text(open)) else {
    throw curveError("cannot derive the public half of a key")
  }
  return key
}

private func text(_ characters: [CChar]) -> String {
  String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

private func curveError(_ message: String) -> WireError {
  let warning = ZeroMQEncryption.missing.warning ?? ""
  return zmq_errno() == ENOTSUP ? WireError(.system, "\(message): \(warning)") : zeroMQError(message)
}

extension ZeroMQSocket {
  /// Bytes that encryption adds to a frame, with room to spare.
  static let encryptionBytes = 64

  /// Lets in peers that know this key, if the gate of the context approves them; nobody while there is no gate.
  func serve(_ key: KeyPair) throws(WireError) {
    set(ZMQ_CURVE_SERVER, 1)
    try set(key: key.secret.text, as: ZMQ_CURVE_SECRETKEY)
    try set(ZMQ_ZAP_DOMAIN, ZeroMQGate.domain)
    // Without this, libzmq lets every handshake pass when no gate answers.
    set(ZeroMQGate.enforceDomain, 1)
  }

  /// Connects, under this key, only to the holder of the other key.
  func approach(_ credentials: WorkerCredentials) throws(WireError) {
    try set(key: credentials.learner.text, as: ZMQ_CURVE_SERVERKEY)
    try set(key: credentials.key.publicKey.text, as: ZMQ_CURVE_PUBLICKEY)
    try set(key: credentials.key.secret.text, as: ZMQ_CURVE_SECRETKEY)
  }

  /// Sets a key. Unlike other options' errors, this one doesn't quote the value.
  private func set(key: String, as option: Int32) throws(WireError) {
    guard unsafe zmq_setsockopt(pointer, option, key, key.utf8.count) == 0 else { throw curveError("cannot use a key") }
  }

  /// The key under which the sender of the last received frame was let in; nil where it has none.
  var receivedKey: PublicKey? {
    guard let value = unsafe zmq_msg_gets(frame, "User-Id") else { return nil }
    return unsafe PublicKey(String(cString: value))
  }
}
