import Foundation

/// The package that these tests are of.
enum PackageFile {
  /// A file's path in it.
  static func path(_ name: String) -> String { root.appending(path: name).path }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
