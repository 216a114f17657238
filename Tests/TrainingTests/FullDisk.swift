import Foundation

/// A disk of a given size, for tests of what happens when it is full; needs the right to mount one.
final class FullDisk {
  let path: String
  private let folder: TemporaryFolder

  static var canMount: Bool {
    (try? FullDisk(bytes: 1 << 16)) != nil
  }

  init(bytes: Int) throws {
    folder = try TemporaryFolder()
    path = folder.path + "/disk"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try FullDisk.run("mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", path)
  }

  deinit {
    try? FullDisk.run("umount", path)
  }

  func forbidWriting() throws {
    try FullDisk.run("mount", "-o", "remount,ro", path)
  }

  private struct Failed: Error {}

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed() }
  }
}
