import Foundation

/// A file that holds a key, as a run will find it.
enum KeyFileFinding {
  /// A secret key: there, readable by its owner and by nobody else.
  static func secret(_ path: String, as subject: String) -> Finding {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      return .problem(subject, "there is no \(path)", do: "make one with empo keys new, or give the right path")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
      return .problem(subject, "\(path) cannot be read", do: "see that it belongs to the user who runs empo")
    }
    let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    guard mode & 0o077 == 0 else {
      return .problem(subject, "\(path) is open to others (mode \(String(mode, radix: 8)))", do: "chmod 600 \(ShellWord.quoted(path))")
    }
    return .ok(subject, "\(path) is there, and open to its owner only")
  }

  /// A public key, or a folder of them.
  static func shared(_ path: String, as subject: String) -> Finding {
    guard FileManager.default.fileExists(atPath: path) else {
      return .problem(subject, "there is no \(path)", do: "copy the public key there, or give the right path")
    }
    return FileManager.default.isReadableFile(atPath: path)
      ? .ok(subject, "\(path) is there") : .problem(subject, "\(path) cannot be read", do: "give this user read access")
  }
}
