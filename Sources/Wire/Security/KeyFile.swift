import Files

/// Key files: lines of `KIND NAME KEY`, the key in Z85, beside empty lines and comments that begin with `#`.
///
/// `KIND` is `empo-learner` or `empo-worker` for a public key, and ends in `-secret` for a secret one. A file of public keys may
/// hold any number of them, so that an allow-list is what `cat *.pub` prints. A worker's `NAME` that ends in `/*` is a pool's.
public enum KeyFile {
  /// The ending of a secret key's file name, after the key's name.
  public static let secretSuffix = ".key"

  /// The ending of a public key's file name, after the key's name.
  public static let publicSuffix = ".pub"

  /// The longest key file that is read: an allow-list of more than ten thousand workers.
  static let maximumBytes = 1 << 21

  /// Writes `NAME.key`, which only its owner can read, and `NAME.pub`. Replaces nothing.
  ///
  /// - Returns: Both paths.
  public static func write(_ pair: KeyPair, to folder: String) throws(WireError) -> (secret: String, public: String) {
    try PrivateFile.makeFolder(folder)
    // A pool's key lies in a file with the pool's name: the key's own name, with its slash, is no file name.
    let stem = folder + "/" + (pair.pool ?? pair.name)
    let secret = stem + secretSuffix
    let open = stem + publicSuffix
    let hosts = pair.pool == nil ? "that host" : "the pool's hosts"
    try PrivateFile.create(
      secret,
      content: """
        # The secret key of \(pair.role.rawValue) \(pair.name): for \(hosts) alone, readable by its owner alone.
        empo-\(pair.role.rawValue)-secret \(pair.name) \(pair.secret.text)

        """, mode: 0o600)
    do {
      try PrivateFile.create(open, content: line(of: pair) + "\n", mode: 0o644)
    } catch {
      PrivateFile.remove(secret)
      throw error
    }
    return (secret, open)
  }

  /// A key's line in an allow-list.
  public static func line(of pair: KeyPair) -> String { "empo-\(pair.role.rawValue) \(pair.name) \(pair.publicKey)" }

  /// Reads a secret key. Refuses a file that others may read.
  public static func readPair(_ path: String, of role: KeyRole) throws(WireError) -> KeyPair {
    // A public key given by mistake is reported as such, even if others may read the file.
    var text = try PrivateFile.read(path, isSecret: false, maximumBytes: maximumBytes)
    if text.contains("-secret") { text = try PrivateFile.read(path, isSecret: true, maximumBytes: maximumBytes) }
    let wanted = "expected the secret key of a \(role.rawValue), as `empo keys new \(role.rawValue)` writes it to NAME\(secretSuffix)"
    var found: KeyPair?
    for line in try lines(of: text, in: path) {
      guard line.kind == "empo-\(role.rawValue)-secret" else {
        throw WireError(.key, "\(path) line \(line.number): found \(describe(line.kind)), \(wanted)")
      }
      guard found == nil else { throw WireError(.key, "\(path) line \(line.number): a second key, \(wanted)") }
      guard let secret = SecretKey(line.key) else {
        throw WireError(.key, "\(path) line \(line.number): the key is no 40 characters of Z85, \(wanted)")
      }
      found = KeyPair(role: role, name: line.name, publicKey: try publicKey(of: secret), secret: secret)
    }
    guard let found else { throw WireError(.key, "\(path) holds no key, \(wanted)") }
    return found
  }

  /// Reads the one public key of a file.
  public static func readPublic(_ path: String, of role: KeyRole) throws(WireError) -> PublicKey {
    let keys = try publicKeys(PrivateFile.read(path, isSecret: false, maximumBytes: maximumBytes), in: path, of: role)
    guard let first = keys.first, keys.count == 1 else {
      throw WireError(
        .key,
        "\(path) holds \(counted(keys.count, "key")), expected one: the public key of the \(role.rawValue), as `empo keys new \(role.rawValue)` "
          + "writes it to NAME\(publicSuffix)")
    }
    return first.key
  }

  /// The public keys in the text of a file.
  static func publicKeys(
    _ text: String, in path: String, of role: KeyRole
  ) throws(WireError) -> [(name: String, key: PublicKey, line: Int)] {
    var keys: [(name: String, key: PublicKey, line: Int)] = []
    for line in try lines(of: text, in: path) {
      guard line.kind == "empo-\(role.rawValue)" else {
        throw WireError(
          .key,
          "\(path) line \(line.number): found \(describe(line.kind)), expected `empo-\(role.rawValue) NAME KEY`, a \(role.rawValue)'s public key"
        )
      }
      guard let key = PublicKey(line.key) else {
        throw WireError(.key, "\(path) line \(line.number): the key of \(line.name) is no 40 characters of Z85")
      }
      keys.append((line.name, key, line.number))
    }
    return keys
  }

  private struct Line {
    var number: Int
    var kind: String
    var name: String
    var key: Substring
  }

  private static func lines(of text: String, in path: String) throws(WireError) -> [Line] {
    var lines: [Line] = []
    for (index, content) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = content.split(whereSeparator: \.isWhitespace)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      // The line may hold a secret, so an error doesn't quote it.
      guard words.count == 3 else {
        throw WireError(.key, "\(path) line \(index + 1): found \(counted(words.count, "word")), expected `KIND NAME KEY`")
      }
      let name = String(words[1])
      do throws(WireError) {
        try requireKeyName(words[0].hasPrefix("empo-worker") ? WorkerPool.name(of: name) ?? name : name)
      } catch {
        // The word is not quoted: it may be the key, if the words are in another order.
        throw WireError(.key, "\(path) line \(index + 1): the second word is no key's name, expected `KIND NAME KEY`")
      }
      lines.append(Line(number: index + 1, kind: String(words[0]), name: name, key: words[2]))
    }
    return lines
  }

  private static func describe(_ kind: String) -> String {
    for role in KeyRole.allCases {
      if kind == "empo-\(role.rawValue)" { return "a \(role.rawValue)'s public key" }
      if kind == "empo-\(role.rawValue)-secret" { return "a \(role.rawValue)'s secret key" }
    }
    return "something other than a key"
  }
}
