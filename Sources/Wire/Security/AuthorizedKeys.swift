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
    /// Files and lines that were passed over, and why. What such a file listed before stays let in.
    var faults: [String] = []
  }

  /// Files of public keys, and folders of `.pub` files.
  public let paths: [String]

  /// A line of a file.
  private struct Entry {
    var name: String
    var key: PublicKey
    var place: String
  }

  private var names: [PublicKey: String] = [:]
  /// What each file lists.
  private var entries: [String: [Entry]] = [:]
  private var stamps: [String: PrivateFile.Stamp] = [:]

  /// Reads the list.
  public init(paths: [String]) throws(WireError) {
    self.paths = paths
    stamps = Self.stamps(of: paths)
    for file in try Self.files(of: paths) { entries[file] = try Self.entries(of: file) }
    let (names, faults) = try Self.merge(entries)
    if let fault = faults.first { throw fault }
    self.names = names
  }

  /// How many workers are let in.
  public var count: Int { names.count }

  /// The name that a key is listed under, `POOL/*` for a pool's; nil where it isn't let in.
  public func name(of key: PublicKey) -> String? { names[key] }

  /// Checks the files, and reads the list again if they changed. A file that cannot be read, or is none of keys, is passed over, and what it
  /// listed before stays in force: a file that is being written must exclude nobody, and must not keep the others' changes from their effect.
  ///
  /// - Returns: Nil where nothing changed.
  /// - Throws: Where a path leads nowhere, or leads to a folder that others can write to. The old list then stays in force.
  mutating func refresh() throws(WireError) -> Change? {
    let current = Self.stamps(of: paths)
    guard current != stamps else { return nil }
    // Noted before reading, so that a fault is reported once, and files are read again only when they change.
    stamps = current
    var change = Change()
    var read: [String: [Entry]] = [:]
    for file in try Self.files(of: paths) {
      do throws(WireError) {
        read[file] = try Self.entries(of: file)
      } catch {
        change.faults.append(error.message)
        read[file] = entries[file]
      }
    }
    let (new, faults) = try Self.merge(read)
    change.faults += faults.map(\.message)
    for (key, name) in new where names[key] != name { change.added.append(name) }
    for (key, name) in names where new[key] != name { change.removed.append(name) }
    (names, entries) = (new, read)
    guard change != Change() else { return nil }
    change.added.sort()
    change.removed.sort()
    return change
  }

  private static func entries(of file: String) throws(WireError) -> [Entry] {
    if let writers = FolderExposure.writers(to: file, areNewFilesHarmless: false) {
      throw WireError(.key, "\(file) lists keys that are let in, and is \(writers): chmod go-w \(file)")
    }
    return try KeyFile.publicKeys(
      PrivateFile.read(file, isSecret: false, maximumBytes: KeyFile.maximumBytes), in: file, of: .worker
    ).map { Entry(name: $0.name, key: $0.key, place: "\(file) line \($0.line)") }
  }

  /// The names of all keys, and the lines that contradict an earlier one, in the order of the files' names.
  private static func merge(_ entries: [String: [Entry]]) throws(WireError) -> ([PublicKey: String], faults: [WireError]) {
    var names: [PublicKey: String] = [:]
    var faults: [WireError] = []
    var places: [String: (key: PublicKey, place: String)] = [:]
    for (file, listed) in entries.sorted(by: { $0.key < $1.key }) {
      for entry in listed {
        if let other = places[entry.name], other.key != entry.key {
          faults.append(
            WireError(.key, "\(entry.place): \(entry.name) is listed with another key at \(other.place); a worker has one key"))
          continue
        }
        if let other = names[entry.key], other != entry.name {
          faults.append(
            WireError(
              .key, "\(entry.place): the key of \(entry.name) is listed as that of \(other), too; every worker has a key of its own"))
          continue
        }
        names[entry.key] = entry.name
        places[entry.name] = (entry.key, entry.place)
        guard names.count <= maximum else { throw WireError(.key, "\(file): more than \(maximum) workers are listed") }
      }
    }
    return (names, faults)
  }

  private static func files(of paths: [String]) throws(WireError) -> [String] {
    var files: [String] = []
    for path in paths {
      guard let stamp = PrivateFile.stamp(of: path) else {
        throw WireError(.file, "cannot find the allow-list \(path): expected a file of workers' public keys, or a folder of them")
      }
      guard stamp.isFolder else {
        try FolderExposure.check(file: path, holding: "keys that are let in")
        files.append(path)
        continue
      }
      try FolderExposure.check(folder: path)
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
