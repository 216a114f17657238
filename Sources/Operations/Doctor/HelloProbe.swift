import Foundation
import Release
import Wire

/// Says hello as a worker that wants no tasks, and leaves as soon as the learner has answered.
struct HelloProbe {
  /// The learner's address.
  var learner: String
  /// The name to say hello under.
  var name: String
  /// This host's numeric fingerprint.
  var fingerprint: String
  /// The worker's key and the learner's, for a learner that has keys.
  var credentials: WorkerCredentials?

  /// The learner's answer.
  enum Answer: Sendable {
    /// It would accept this host. The times of question and answer are this host's, in seconds since 1970.
    case welcome(Welcome, asked: Double, answered: Double)
    /// It would not.
    case refused(Refusal)
    /// Its run is over.
    case finished
    /// Nothing in time.
    case silence
  }

  /// How long to wait for the learner. It answers at once even while it updates the policy.
  private static let patience = 10.0

  /// Asks; on a thread of its own, since waiting at a socket blocks.
  func run() async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try ask() }) }
    }
  }

  private func ask() throws -> Answer {
    let transport = try ZeroMQWorkerTransport(connecting: learner, worker: name, credentials: credentials)
    defer { transport.close() }
    let hello = Hello(worker: name, software: Release.name, fingerprint: fingerprint, credits: 0)
    let asked = Date.now.timeIntervalSince1970
    _ = try transport.send(.hello(hello))
    let end = ContinuousClock.now + .seconds(Self.patience)
    while true {
      let left = Int((end - .now) / .milliseconds(1))
      guard left > 0 else { return .silence }
      guard case .message(let message) = try transport.receive(timeoutMilliseconds: left) else { continue }
      switch message {
      case .welcome(let welcome):
        let answered = Date.now.timeIntervalSince1970
        _ = try transport.send(.goodbye)
        return .welcome(welcome, asked: asked, answered: answered)
      case .refuse(let refusal): return .refused(refusal)
      case .finish: return .finished
      default: continue
      }
    }
  }
}
