import Files
import Glibc

/// Who can put other files into the place of a key: whoever can write to its folder, or to one above that. Such places are refused as sshd
/// refuses them (StrictModes).
enum FolderExposure {
  /// Throws where others can replace a file.
  ///
  /// - Parameter content: What the file holds, in words that follow "holds".
  static func check(file path: String, holding content: String) throws(WireError) {
    guard let file = resolved(path) else { return }
    for folder in folders(above: file) {
      guard let writers = writers(to: folder, areNewFilesHarmless: true) else { continue }
      throw WireError(.key, "\(path) holds \(content), and \(folder) is \(writers), who could replace it: chmod go-w \(folder)")
    }
  }

  /// Throws where others can put files into a folder whose files are believed, or can replace it.
  static func check(folder path: String) throws(WireError) {
    guard let folder = resolved(path) else { return }
    if let writers = writers(to: folder, areNewFilesHarmless: false) {
      throw WireError(.key, "\(path) lists keys that are let in, and is \(writers), who could add one: chmod go-w \(path)")
    }
    try check(file: folder, holding: "keys that are let in")
  }

  /// Who can write to a file or folder beside this process's user and root, in words; nil where nobody can.
  ///
  /// - Parameter areNewFilesHarmless: Whether it is enough that nobody can remove or rename another's files, as in a folder with the sticky
  ///   bit, such as /tmp.
  static func writers(to path: String, areNewFilesHarmless: Bool) -> String? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, !isReadOnly(path) else { return nil }
    let octal = String(status.st_mode & 0o7777, radix: 8)
    if areNewFilesHarmless, status.st_mode & S_ISVTX != 0 { return nil }
    if status.st_mode & 0o002 != 0 { return "open to all users to write (mode \(octal))" }
    guard status.st_mode & 0o020 != 0, !isPrivate(status.st_gid) else { return nil }
    return "open to its group to write (mode \(octal))"
  }

  /// Whether a group is this process's user's alone, as many systems make one for each user.
  private static func isPrivate(_ group: gid_t) -> Bool {
    guard let user = unsafe getpwuid(geteuid()), unsafe user.pointee.pw_gid == group else { return false }
    let name = unsafe String(cString: user.pointee.pw_name)
    guard let entry = unsafe getgrgid(group), unsafe String(cString: entry.pointee.gr_name) == name else { return false }
    guard var member = unsafe entry.pointee.gr_mem else { return true }
    while let other = unsafe member.pointee {
      guard unsafe String(cString: other) == name else { return false }
      unsafe member += 1
    }
    return true
  }

  /// Whether nobody can write there, as where Kubernetes mounts a Secret.
  private static func isReadOnly(_ folder: String) -> Bool {
    var system = statvfs()
    return unsafe statvfs(folder, &system) == 0 && system.f_flag & UInt(ST_RDONLY) != 0
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// The folder of a file, and those above it up to the root.
  private static func folders(above path: String) -> [String] {
    var (folders, rest): ([String], Substring) = ([], path[...])
    while let slash = rest.lastIndex(of: "/") {
      rest = rest[..<slash]
      folders.append(rest.isEmpty ? "/" : String(rest))
    }
    return folders
  }
}
