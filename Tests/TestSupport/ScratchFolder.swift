import Foundation

/// A folder that is gone with the value.
public final class ScratchFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes a new folder.
  public init() throws {
    path = NSTemporaryDirectory() + "empo-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Calls `body` with a new folder that is removed afterwards.
  public static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = try ScratchFolder()
    return try withExtendedLifetime(folder) { try body(folder.path) }
  }

  /// Calls `body` with the path of a file of these bytes.
  public static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    try with { folder in
      let path = folder + "/file"
      try Data(bytes).write(to: URL(filePath: path))
      return try body(path)
    }
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { path + "/" + name }

  /// The path of a file in it that now holds a text.
  public func file(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: file(name)))
    return file(name)
  }

  /// Whether a file is there.
  public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// A file's text; empty where there is none.
  public func text(_ name: String) -> String { (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? "" }

  /// The lines of a file, without the one that is still being written.
  public func lines(_ name: String) -> [String] { text(name).components(separatedBy: "\n").dropLast() }

  /// The number in each line of a file.
  public func numbers(_ name: String) -> [Int32] { lines(name).compactMap { Int32($0) } }
}
