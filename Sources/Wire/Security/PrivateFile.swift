import Files
import Glibc

/// Files of keys on disk: small, and secret ones readable by their owner alone.
enum PrivateFile {
  /// The stamp of a file, which changes with the file.
  struct Stamp: Equatable {
    var inode: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
    var mode: mode_t
    var isFolder: Bool { mode & S_IFMT == S_IFDIR }
  }

  /// Creates a file that must not exist; it is whole on disk, or not there.
  static func create(_ path: String, content: String, mode: mode_t) throws(WireError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw WireError(.key, "\(path) exists already: a key is never replaced; remove it, or choose another name") }
      throw WireError(.file, "cannot create \(path): \(FailureReason.words(forNumber: errno, at: path))")
    }
    defer { _ = close(descriptor) }
    let bytes = Array(content.utf8)
    // The process's umask narrows the mode of open(); a public key that others cannot read would be of no use.
    guard fchmod(descriptor, mode) == 0, unsafe write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      let reason = FailureReason.words(forNumber: errno, at: path)
      remove(path)
      throw WireError(.file, "cannot write \(path): \(reason)")
    }
  }

  static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }

  /// Makes a folder and those above it; one that exists stays as it is.
  static func makeFolder(_ path: String) throws(WireError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    var made = path.hasPrefix("/") ? "" : "."
    for part in parts {
      made += "/" + part
      guard unsafe mkdir(made, 0o755) == 0 || errno == EEXIST else {
        throw WireError(.file, "cannot create folder \(path): \(FailureReason.words(forNumber: errno, at: path))")
      }
    }
  }

  /// Reads a text.
  ///
  /// - Parameter isSecret: Whether to refuse a file that is exposed to others, see ``exposure(of:)`` and ``FolderExposure``.
  static func read(_ path: String, isSecret: Bool, maximumBytes: Int) throws(WireError) -> String {
    try awaitRoom(for: path)
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw WireError(.file, "cannot open \(path): \(FailureReason.words(forNumber: errno, at: path, isReading: true))")
    }
    defer { _ = close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw WireError(.file, "cannot open \(path): \(FailureReason.words(forNumber: errno, at: path, isReading: true))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw WireError(.key, "\(path) is no file, expected a file of keys") }
    if isSecret, let exposure = exposure(of: status) {
      throw WireError(.key, "\(path) holds a secret key and is \(exposure): chmod 600 \(path)")
    }
    if isSecret { try FolderExposure.check(file: path, holding: "a secret key") }
    guard status.st_size <= maximumBytes else {
      throw WireError(.key, "\(path) has \(status.st_size) bytes, expected a file of keys, of at most \(maximumBytes)")
    }
    // Reading one byte more than it has shows whether it grows.
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
    var count = 0
    while count < bytes.count {
      let taken = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      if taken == 0 { break }
      if taken < 0 {
        if errno == EINTR { continue }
        throw WireError(.file, "cannot read \(path): \(FailureReason.words(forNumber: errno, at: path, isReading: true))")
      }
      count += taken
    }
    guard count < bytes.count else { throw WireError(.file, "\(path) is being written: try again") }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
      throw WireError(.key, "\(path) is no text, expected a file of keys")
    }
    return text
  }

  /// Who can get at a file beside this process's user, in words; nil where nobody can.
  ///
  /// One case is allowed: the file belongs to another user, and a group of this process may read it but do nothing else. That is how
  /// Kubernetes hands a Secret to a pod that does not run as root (`fsGroup`); the pod's user cannot tighten the mode.
  private static func exposure(of status: stat) -> String? {
    let mode = status.st_mode & 0o777
    let octal = String(mode, radix: 8)
    guard mode & 0o007 == 0 else { return "open to others (mode \(octal))" }
    guard mode & 0o070 != 0 else { return nil }
    guard status.st_uid != geteuid() else { return "open to its group (mode \(octal))" }
    guard mode & 0o070 == 0o040 else { return "its group's to write (mode \(octal))" }
    return isOwnGroup(status.st_gid) ? nil : "open to group \(status.st_gid), which this process is not in (mode \(octal))"
  }

  private static func isOwnGroup(_ group: gid_t) -> Bool {
    if group == getegid() { return true }
    var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
    let count = unsafe getgroups(Int32(groups.count), &groups)
    return groups.prefix(max(0, Int(count))).contains(group)
  }

  /// Reads a file whose size isn't known beforehand.
  static func readStream(_ path: String, maximumBytes: Int) throws(WireError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw WireError(.file, "cannot open \(path): \(FailureReason.words(forNumber: errno, at: path, isReading: true))")
    }
    defer { _ = close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < maximumBytes {
      let count = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw WireError(.file, "cannot read \(path): \(FailureReason.words(forNumber: errno, at: path, isReading: true))")
      }
      bytes += piece[..<count]
    }
    return bytes
  }

  /// Waits for a moment if a flood of connections has taken all descriptors.
  private static func awaitRoom(for path: String) throws(WireError) {
    do throws(FileError) {
      try DescriptorLimit.awaitRoom(for: path)
    } catch {
      throw WireError(.file, error.message, cause: error)
    }
  }

  /// The file that a path leads to; nil where it leads nowhere.
  static func stamp(of path: String) -> Stamp? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return Stamp(
      inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
      mode: status.st_mode)
  }

  /// The names in a folder that end in a suffix, in order.
  static func names(in folder: String, suffix: String, maximum: Int) throws(WireError) -> [String] {
    try awaitRoom(for: folder)
    guard let handle = unsafe opendir(folder) else {
      throw WireError(.file, "cannot list \(folder): \(FailureReason.words(forNumber: errno, at: folder, isReading: true))")
    }
    defer { _ = unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      guard name.hasSuffix(suffix), !name.hasPrefix(".") else { continue }
      names.append(name)
      guard names.count <= maximum else { throw WireError(.key, "\(folder) holds more than \(maximum) files of keys") }
    }
    return names.sorted()
  }
}
