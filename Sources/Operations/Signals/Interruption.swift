import Foundation
package import Logging
package import ServiceLifecycle
package import UnixSignals

/// Runs a learner or worker under the signals that may end it.
///
/// The first asks it to end in good order; the second ends the process at once. Supervised processes are asked by their
/// supervisor alone, with SIGTERM.
package enum Interruption {
  /// Runs the service until it has ended; returns the signal that asked it to.
  ///
  /// - Parameters:
  ///   - isSupervised: Whether a supervisor answers the terminal's signals.
  ///   - patience: How long the service may take to end once it is asked to; the process ends after that. Nil waits as long as it takes.
  package static func run(
    _ service: some Service, isSupervised: Bool, patience: Duration? = nil, logger: Logger
  ) async throws -> UnixSignal? {
    let trapped: [UnixSignal] = isSupervised ? [.sigterm] : [.sigterm, .sigint, .sighup]
    let signals = await UnixSignalsSequence(trapping: trapped)
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)], gracefulShutdownSignals: [],
        logger: logger))
    return try await withThrowingTaskGroup(of: UnixSignal?.self) { tasks in
      tasks.addTask {
        try await group.run()
        return nil
      }
      let received = ReceivedSignal()
      tasks.addTask {
        for await signal in signals {
          guard await received.isFirst(signal) else { _exit(ExitStatus.stopped(by: signal.rawValue)) }
          logger.info("asked to end", metadata: ["signal": "\(signal)"])
          await group.triggerGracefulShutdown()
          guard let patience else { continue }
          Task {
            try await Task.sleep(for: patience)
            _exit(ExitStatus.success)
          }
        }
        return nil
      }
      defer { tasks.cancelAll() }
      _ = try await tasks.next()
      return await received.signal
    }
  }
}

/// The signal that came first.
private actor ReceivedSignal {
  package var signal: UnixSignal?

  package func isFirst(_ signal: UnixSignal) -> Bool {
    guard self.signal == nil else { return false }
    self.signal = signal
    return true
  }
}
