import Foundation

/// The built `empo`, run as a process.
package final class Command: @unchecked Sendable {
  // Sendable because Process guards its own state, and nothing else changes.
  private let process = Process()
  private let folder: ScratchFolder
  private let name: String

  /// Starts `empo` with arguments; what it prints goes to files in the folder, which is its working directory too. The environment is this
  /// process's, with the variables given. With `fileKibibytes`, no file may become larger than that.
  package init(
    _ arguments: [String], in folder: ScratchFolder, name: String = "command", environment: [String: String] = [:],
    fileKibibytes: Int? = nil
  ) throws {
    self.folder = folder
    self.name = name
    process.executableURL = URL(fileURLWithPath: Command.executable)
    process.arguments = arguments
    if let fileKibibytes {
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-c", "ulimit -f \(fileKibibytes); exec \"$0\" \"$@\"", Command.executable] + arguments
    }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, given in given }
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Command.create(folder.file(name + ".out"))
    process.standardError = try Command.create(folder.file(name + ".err"))
    try process.run()
  }

  /// The executable beside the tests' own.
  package static var executable: String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "empo").path
  }

  package var hasEnded: Bool { !process.isRunning }

  package var pid: Int32 { process.processIdentifier }

  /// What the command printed on its standard output.
  package var output: String { folder.text(name + ".out") }

  /// What the command printed on its standard error.
  package var errors: String { folder.text(name + ".err") }

  /// The last line on its standard error.
  package var lastLine: String { folder.lines(name + ".err").last ?? "" }

  /// The error that it reported.
  package var error: String { folder.lines(name + ".err").last { $0.hasPrefix("empo: error: ") } ?? "" }

  /// Waits for the end; the exit status, or 128 and the signal that killed the command; nil when it does not end.
  package func status(within limit: Duration = .seconds(240)) async -> Int32? {
    guard await eventually(within: limit, { !process.isRunning }) else {
      kill(process.processIdentifier, SIGKILL)
      return nil
    }
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// The processes that the command started and that still run, by what they are: "learner", "worker-1".
  package var children: [String: Int32] {
    var found: [String: Int32] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let child = Int32(name), isRunning(child), Command.parent(of: child) == pid else { continue }
      let data = FileManager.default.contents(atPath: "/proc/\(child)/cmdline") ?? Data()
      let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      guard words.count > 1, words[0] == "empo" else { continue }
      let label = words.firstIndex(of: "--name").map { words[$0 + 1] } ?? words[1]
      found[label] = child
    }
    return found
  }

  private static func parent(of pid: Int32) -> Int32? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return nil }
    // The name in parentheses may hold anything; state and parent follow it.
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
    return fields.count > 2 ? Int32(fields[2]) : nil
  }

  private static func create(_ path: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }
}
