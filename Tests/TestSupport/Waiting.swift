import Foundation

/// Waits until a condition holds; false when it never did. The limit only bounds a failing test.
public func eventually(within limit: Duration = .seconds(120), _ condition: () -> Bool) async -> Bool {
  let end = ContinuousClock.now + limit
  while !condition() {
    guard ContinuousClock.now < end else { return false }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return true
}

/// Whether a process runs; one that has ended but was not waited for does not.
public func isRunning(_ pid: Int32) -> Bool {
  guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
  return !stat.contains(") Z ")
}
