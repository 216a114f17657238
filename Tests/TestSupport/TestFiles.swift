public import Foundation
public import Testing

/// Files that tests read.
public enum TestFiles {
  /// The folder of reference data, where the environment names one.
  public static let referenceData = ProcessInfo.processInfo.environment["EMPO_DATA"]

  /// Why tests that need the reference data are skipped.
  public static let withoutReferenceData: Comment = "EMPO_DATA names no folder of reference data"

  /// A file's path in the package.
  public static func package(_ name: String) -> String { root.appending(path: name).path }

  /// The path of a committed fixture of the test target that the caller belongs to.
  public static func fixture(_ name: String, caller: String = #filePath) -> String {
    let tests = root.appending(path: "Tests/").path
    let target = caller.dropFirst(tests.count).split(separator: "/").first ?? ""
    return package("Tests/\(target)/Fixtures/\(name)")
  }

  /// The bytes of a committed fixture of the test target that the caller belongs to.
  public static func data(_ name: String, caller: String = #filePath) throws -> Data {
    try Data(contentsOf: URL(filePath: fixture(name, caller: caller)))
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
