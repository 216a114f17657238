import Foundation
import Wire

/// A file that holds a key, as a run will find it.
enum KeyFileFinding {
  /// A secret key: there, readable by its owner, or by the group that was given it, and by nobody else.
  static func secret(_ path: String, as subject: String) -> Finding {
    guard FileManager.default.fileExists(atPath: path) else {
      return .problem(subject, "there is no \(path)", do: "make one with empo keys new, or give the right path")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
      return .problem(subject, "\(path) cannot be read", do: "see that it belongs to the user who runs empo")
    }
    if let exposure = KeyFile.exposure(of: path) {
      return .problem(subject, "\(path) is \(exposure)", do: "chmod 600 \(ShellWord.quoted(path))")
    }
    return .ok(subject, "\(path) is there, and open to nobody else")
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
