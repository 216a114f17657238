import Files
import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// One child process, from its start to its end.
///
/// The child leads a process group of its own, so that the terminal's Ctrl-C reaches the supervisor alone. Its standard input
/// is a pipe: the kernel closes it with the supervisor, however that ended, and the child then ends too. One line is written to it, which the
/// child reads before anything else; so a pipe that is empty is the child's first sign of life.
final class ChildProcess: SupervisedProcess {
  private let command: ChildCommand
  private let state = Mutex(State.waiting(signal: nil))

  private enum State {
    /// Not started yet; the signal is sent once it is.
    case waiting(signal: Int32?)
    case running(pid: pid_t, life: FileDescriptor)
    case ended
  }

  init(_ command: ChildCommand) {
    self.command = command
  }

  /// Runs the child until it ends.
  func run() async -> ChildEnding {
    defer { state.withLock { $0 = .ended } }
    do {
      return try await start()
    } catch let error as OperationsError {
      return .notStarted(reason: error.message)
    } catch {
      return .notStarted(reason: "\(command.executable): \(error)")
    }
  }

  /// Whether it has read the line on its standard input, or has ended.
  var hasShownLife: Bool {
    state.withLock { state in
      guard case .running(_, let life) = state else { return if case .ended = state { true } else { false } }
      var unread: Int32 = 0
      return unsafe ioctl(life.rawValue, UInt(FIONREAD), &unread) == 0 && unread == 0
    }
  }

  func terminate() { send(SIGTERM) }

  func kill() { send(SIGKILL, toGroup: true) }

  /// Sends a signal to the child, or to its whole group; nothing happens when it has ended.
  private func send(_ signal: Int32, toGroup: Bool = false) {
    state.withLock { state in
      switch state {
      case .waiting(let pending): state = .waiting(signal: pending == SIGKILL ? pending : signal)
      case .running(let pid, _): _ = Foundation.kill(toGroup ? -pid : pid, signal)
      case .ended: break
      }
    }
  }

  private func started(pid: pid_t, life: FileDescriptor) {
    state.withLock { state in
      if case .waiting(let signal?) = state { _ = Foundation.kill(pid, signal) }
      state = .running(pid: pid, life: life)
    }
  }

  private func start() async throws -> ChildEnding {
    let log = try openLog()
    defer { try? log.close() }
    let life = try FileDescriptor.pipe()
    // While the pipe has a reader here: a child may be gone before it can be written to.
    _ = try life.writeEnd.writeAll(SupervisedLife.signOfLife.utf8)
    defer {
      state.withLock { state in
        if case .running(let pid, _) = state {
          // A child that runs although it could not be watched is nobody's.
          if waitpid(pid, nil, WNOHANG) == 0 { _ = Foundation.kill(-pid, SIGKILL) }
          state = .ended
        }
        // In the lock, so that nobody looks at another file that gets its number next.
        try? life.writeEnd.close()
      }
    }
    var options = PlatformOptions()
    options.processGroupID = 0
    let configuration = Configuration(
      executable: .path(FilePath(command.executable)),
      arguments: Arguments(executablePathOverride: command.name, remainingValues: command.arguments),
      platformOptions: options)
    // Subprocess closes every other descriptor in the child, so that no child holds the pipe that another one watches.
    let result = try await Subprocess.run(
      configuration,
      input: .fileDescriptor(life.readEnd, closeAfterSpawningProcess: true),
      output: .fileDescriptor(command.output == .inherited ? .standardOutput : log, closeAfterSpawningProcess: false),
      error: .fileDescriptor(log, closeAfterSpawningProcess: false)
    ) { execution in
      started(pid: execution.processIdentifier.value, life: life.writeEnd)
    }
    return switch result.terminationStatus {
    case .exited(let status): .exited(status)
    case .signaled(let signal): .signaled(signal)
    }
  }

  private func openLog() throws -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        FilePath(command.log), .writeOnly, options: [.create, .append, .closeOnExec], permissions: .filePermissions)
    } catch Errno.noSpace {
      throw OperationsError(.process, "its log \(command.log) cannot be made: the disk is full: free some space")
    } catch {
      throw OperationsError(.process, "its log \(command.log) cannot be opened: \(error)", cause: error)
    }
  }
}
