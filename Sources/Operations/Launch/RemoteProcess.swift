import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// One process of a run on another host, held over ssh from its start to its end.
///
/// ssh passes no signals on, so a line on its standard input asks the process to end. It ends at once when that input closes: with ssh, or
/// with us. Every few seconds we write an empty line there, from which the process knows that the network still joins us.
final class RemoteProcess: SupervisedProcess {
  private let host: RemoteHost
  private let script: String
  private let hear: @Sendable (String) -> Void
  private let state = Mutex(State())

  private struct State {
    var ssh: pid_t?
    /// Where lines go; nil before the start and after the end.
    var input: FileDescriptor?
    var isAskedToEnd = false
    var isKilled = false
    /// The last lines, which say why ssh failed.
    var lastLines: [String] = []
  }

  /// How often the process hears from us.
  private static let beat = Duration.seconds(3)

  /// The longest line that is passed on whole, in bytes.
  private static let maximumLine = 8192

  /// Creates a process that has not begun.
  ///
  /// - Parameter hear: Called with every line that the process prints, from a thread of its own.
  init(on host: RemoteHost, running script: String, hear: @escaping @Sendable (String) -> Void) {
    self.host = host
    self.script = script
    self.hear = hear
  }

  func run() async -> ChildEnding {
    do {
      return try await start()
    } catch {
      return .notStarted(reason: "ssh to \(host.name): \(error)")
    }
  }

  func terminate() {
    state.withLock { $0.isAskedToEnd = true }
    say(SupervisedLife.endRequest)
  }

  /// ssh itself says where a host is silent.
  var hasShownLife: Bool { true }

  func kill() {
    state.withLock { state in
      state.isKilled = true
      if let ssh = state.ssh { _ = Foundation.kill(-ssh, SIGKILL) }
    }
  }

  private func start() async throws -> ChildEnding {
    let input = try FileDescriptor.pipe()
    let output = try FileDescriptor.pipe()
    // A pipe that ssh doesn't empty must not hold us up.
    _ = fcntl(input.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
    let heard = listen(to: output.readEnd)
    let beats = Task {
      while (try? await Task.sleep(for: Self.beat)) != nil { say(SupervisedLife.signOfLife) }
    }
    defer {
      beats.cancel()
      state.withLock { state in
        state.ssh = nil
        state.input = nil
        // Nobody writes to it any more, nor to another file that gets its number next.
        try? input.writeEnd.close()
      }
    }
    var options = PlatformOptions()
    options.processGroupID = 0
    // The reader hears the end only when nobody can write any more, so our own writing end goes as soon as ssh has its copy.
    let isSpawned = Mutex(false)
    defer { if !isSpawned.withLock({ $0 }) { try? output.writeEnd.close() } }
    let result = try await Subprocess.run(
      Configuration(executable: .name("ssh"), arguments: Arguments(host.sshArguments(running: script)), platformOptions: options),
      input: .fileDescriptor(input.readEnd, closeAfterSpawningProcess: true),
      output: .fileDescriptor(output.writeEnd, closeAfterSpawningProcess: false),
      error: .fileDescriptor(output.writeEnd, closeAfterSpawningProcess: false)
    ) { execution in
      isSpawned.withLock { $0 = true }
      try? output.writeEnd.close()
      started(ssh: execution.processIdentifier.value, input: input.writeEnd)
    }
    for await _ in heard {}
    return ending(result.terminationStatus)
  }

  private func started(ssh: pid_t, input: FileDescriptor) {
    let isAskedToEnd = state.withLock { state in
      state.ssh = ssh
      state.input = input
      if state.isKilled { _ = Foundation.kill(-ssh, SIGKILL) }
      return state.isAskedToEnd
    }
    if isAskedToEnd { say(SupervisedLife.endRequest) }
  }

  /// The shell at the other end reports a signal as 128 plus its number. Our own statuses above 128 stand for signals that a process
  /// catches, so only the numbers of uncaught signals are read as signals.
  private func ending(_ status: TerminationStatus) -> ChildEnding {
    switch status {
    case .signaled(let signal): return .signaled(signal)
    case .exited(SSHFailure.status):
      let lines = state.withLock { $0.lastLines }
      return .disconnected(reason: SSHFailure.reason(host, output: lines.joined(separator: "\n"), last: lines.last ?? ""))
    case .exited(SupervisedLife.orphaned):
      return .disconnected(reason: "it heard nothing from here for too long, and ended")
    case .exited(let status):
      let signals: [Int32] = [SIGKILL, SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP]
      return signals.contains(status - 128) ? .signaled(status - 128) : .exited(status)
    }
  }

  /// Hears every line on a thread of its own, since reading waits; the stream ends once nobody can write any more.
  private func listen(to output: FileDescriptor) -> AsyncStream<Never> {
    let (heard, end) = AsyncStream<Never>.makeStream()
    Thread.detachNewThread { [self] in
      defer {
        try? output.close()
        end.finish()
      }
      let handle = FileHandle(fileDescriptor: output.rawValue, closeOnDealloc: false)
      var line = Data()
      while case let data = handle.availableData, !data.isEmpty {
        for byte in data {
          if byte == UInt8(ascii: "\n") {
            take(line)
            line.removeAll(keepingCapacity: true)
          } else if line.count < Self.maximumLine {
            line.append(byte)
          }
        }
      }
      if !line.isEmpty { take(line) }
    }
    return heard
  }

  private func take(_ line: Data) {
    // The bytes come from another host: control characters, which a terminal would obey, are left out.
    var text = String(decoding: line, as: UTF8.self)
    text.unicodeScalars.removeAll { $0.properties.generalCategory == .control && $0 != "\t" }
    state.withLock { $0.lastLines = ($0.lastLines + [text]).suffix(4) }
    hear(text)
  }

  private func say(_ line: String) {
    state.withLock { if let input = $0.input { _ = try? input.writeAll(line.utf8) } }
  }
}
