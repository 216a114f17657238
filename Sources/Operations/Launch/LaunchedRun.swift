import Foundation
import Runs
import Synchronization

/// A launch's knowledge of its processes: the learner's port, and the last line of each process.
final class LaunchedRun: Sendable {
  private struct State {
    var learnerPort: String?
    var lastLine: [Child: String] = [:]
  }

  private let state = Mutex(State())

  /// The learner's port, once it has listened.
  var learnerPort: String? { state.withLock { $0.learnerPort } }

  /// The error that a process ended with, if it reported one.
  func lastError(of child: Child) -> String? {
    guard let line = state.withLock({ $0.lastLine[child] }), line.hasPrefix(ErrorLine.prefix) else { return nil }
    return String(line.dropFirst(ErrorLine.prefix.count))
  }

  /// Takes a line that a process printed.
  func hear(_ line: String, from child: Child) {
    state.withLock { state in
      state.lastLine[child] = line
      if child == .learner, let port = Self.port(in: line) { state.learnerPort = port }
    }
  }

  /// The port in the line with which a learner reports its address.
  private static func port(in line: String) -> String? {
    guard line.hasPrefix(LearnerConsole.listening), let end = line.firstIndex(of: ",") else { return nil }
    let digits = line[..<end].split(separator: ":").last ?? ""
    return UInt16(digits) == nil ? nil : String(digits)
  }
}
