import Foundation

/// The processes that the system killed for want of memory.
package enum MemoryKills {
  /// How many of this process's control group the system has killed so far; nil where it does not say.
  ///
  /// - Parameter root: A folder in place of `/`, for tests.
  package static func count(root: String = "") -> Int? {
    let files = ControlGroups.files(of: "memory", v1: "memory.oom_control", v2: "memory.events", root: root)
    guard let file = files.first, let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("oom_kill ") { return Int(line.dropFirst("oom_kill ".count)) }
    return nil
  }
}
