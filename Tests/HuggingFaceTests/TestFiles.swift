import Foundation
import Testing

/// Files that tests read and write.
enum TestFiles {
  /// The folder of reference data, where the environment names one.
  static let referenceData = ProcessInfo.processInfo.environment["EMPO_DATA"]

  /// Why tests that need the reference data are skipped.
  static let withoutReferenceData: Comment = "EMPO_DATA names no folder of reference data"

  /// The path of a committed fixture.
  static func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.path(forResource: "Fixtures/" + name, ofType: nil))
  }

  /// The bytes of a committed fixture.
  static func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: fixture(name)))
  }

  /// Calls `body` with a new folder that is removed afterwards.
  static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("huggingface-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  /// Calls `body` with the path of a file of these bytes.
  static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    try withFolder { folder in
      let path = folder + "/file"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return try body(path)
    }
  }
}
