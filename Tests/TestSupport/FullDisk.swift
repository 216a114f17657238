import Foundation

/// A disk of a given size, for tests of what happens when it is full; needs the right to mount one.
public struct FullDisk {
  /// Where it is mounted.
  public let path: String

  /// Whether this process may mount one.
  public static let canMount = (try? with(bytes: 1 << 16) { _ in }) != nil

  /// Calls `body` with a new disk.
  public static func with(bytes: Int, _ body: (FullDisk) throws -> Void) throws {
    let folder = try ScratchFolder()
    try withExtendedLifetime(folder) {
      try run("mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", folder.path)
      // Lazily, since a database that the body opened may still be closing.
      defer { try? run("umount", "-l", folder.path) }
      try body(FullDisk(path: folder.path))
    }
  }

  /// Makes it a disk that can be read only.
  public func forbidWriting() throws {
    try FullDisk.run("mount", "-o", "remount,ro", path)
  }

  private struct Failed: Error {}

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed() }
  }
}
