/// The allow-list: the workers that a learner lets in, by their public keys. Read again whenever its files change, so that a key is
/// let in by adding its line and revoked by removing it.
///
/// Invariant: no two names share a key, no two keys a name.
public struct AuthorizedKeys: Sendable {
  /// The most keys that a list holds.
  public static let maximum = 1 << 14

  /// What changed when the list was read again.
  struct Change: Equatable {
    /// Names whose key is new.
    var added: [String] = []
    /// Names whose key is no longer let in.
    var removed: [String] = []
  }

  /// Files of public keys, and folders of `.pub` files.
  public let paths: [String]

  private var names: [PublicKey: String] = [:]
  private var stamps: [String: PrivateFile.Stamp] = [:]

  /// Reads the list.
  public init(paths: [String]) throws(WireError) {
    self.paths = paths
    stamps = Self.stamps(of: paths)
    names = try Self.read(paths)
  }

  /// How many workers are let in.
  public var count: Int { names.count }

  /// The name that a key is listed under, `POOL/*` for a pool's; nil where it isn't let in.
  public func name(of key: PublicKey) -> String? { names[key] }

  /// Checks the files, and reads the list again if they changed. If it can't be read, the old list stays in force: a file that is being
  /// written must exclude nobody.
  ///
  /// - Returns: Nil where nothing changed.
  mutating func refresh() throws(WireError) -> Change? {
    let current = Self.stamps(of: paths)
    guard current != stamps else { return nil }
    // Noted before reading, so that a broken list is reported once, and read again only when its files change.
    stamps = current
    let new = try Self.read(paths)
    var change = Change()
    for (key, name) in new where names[key] != name { change.added.append(name) }
    for (key, name) in names where new[key] != name { change.removed.append(name) }
    names = new
    guard change != Change() else { return nil }
    change.added.sort()
    change.removed.sort()
    return change
  }

  private static func read(_ paths: [String]) throws(WireError) -> [PublicKey: String] {
    var names: [PublicKey: String] = [:]
    var places: [String: (key: PublicKey, place: String)] = [:]
    for file in try files(of: paths) {
      for (name, key, line) in try KeyFile.publicKeys(
        PrivateFile.read(file, isSecret: false, maximumBytes: KeyFile.maximumBytes), in: file, of: .worker)
      {
        let place = "\(file) line \(line)"
        if let other = places[name], other.key != key {
          throw WireError(.key, "\(place): \(name) is listed with another key at \(other.place); a worker has one key")
        }
        if let other = names[key], other != name {
          throw WireError(.key, "\(place): the key of \(name) is listed as that of \(other), too; every worker has a key of its own")
        }
        names[key] = name
        places[name] = (key, place)
        guard names.count <= maximum else { throw WireError(.key, "\(file): more than \(maximum) workers are listed") }
      }
    }
    return names
  }

  private static func files(of paths: [String]) throws(WireError) -> [String] {
    var files: [String] = []
    for path in paths {
      guard let stamp = PrivateFile.stamp(of: path) else {
        throw WireError(.file, "cannot find the allow-list \(path): expected a file of workers' public keys, or a folder of them")
      }
      guard stamp.isFolder else {
        files.append(path)
        continue
      }
      files += try PrivateFile.names(in: path, suffix: KeyFile.publicSuffix, maximum: maximum).map { path + "/" + $0 }
    }
    return files
  }

  /// Every file of the list with the stamp that shows its changes; paths that lead nowhere are left out.
  private static func stamps(of paths: [String]) -> [String: PrivateFile.Stamp] {
    var stamps: [String: PrivateFile.Stamp] = [:]
    for path in paths {
      stamps[path] = PrivateFile.stamp(of: path)
      guard stamps[path]?.isFolder == true else { continue }
      let names = (try? PrivateFile.names(in: path, suffix: KeyFile.publicSuffix, maximum: maximum)) ?? []
      for name in names { stamps[path + "/" + name] = PrivateFile.stamp(of: path + "/" + name) }
    }
    return stamps
  }
}
