import Foundation

/// A folder that is gone with the value.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "empo-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { path + "/" + name }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  func text(_ name: String) -> String { (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? "" }

  /// The lines of a file, without the one that is still being written.
  func lines(_ name: String) -> [String] { text(name).components(separatedBy: "\n").dropLast() }

  /// The number in each line of a file.
  func numbers(_ name: String) -> [Int32] { lines(name).compactMap { Int32($0) } }
}

/// Waits until a condition holds; false when it never did. The limit only bounds a failing test.
func eventually(within limit: Duration = .seconds(120), _ condition: () -> Bool) async -> Bool {
  let end = ContinuousClock.now + limit
  while !condition() {
    guard ContinuousClock.now < end else { return false }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return true
}

/// Whether a process runs; one that has ended but was not waited for does not.
func isRunning(_ pid: Int32) -> Bool {
  guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
  return !stat.contains(") Z ")
}
