public import Logging

/// What a relay tells whoever watches it.
public enum RelayNotice: Sendable, Equatable {
  /// The learner took the relay in, which can hand out versions up to `holding`; nil for none.
  case joined(run: String, incarnation: UInt64, policyVersion: UInt32, holding: UInt32?)
  /// The learner was restarted or has forgotten the relay, which says hello again.
  case greetingAgain(reason: String)
  /// A policy version can be handed out.
  case versionComplete(UInt32)
  /// Something about the run's base weights.
  case base(BaseNotice)
  /// Chunks were asked of the learner.
  case requested(version: UInt32, base: UInt32?, chunks: Int)
  /// A worker fetches weights here.
  case workerJoined(String)
  /// A chunk was dropped.
  case chunkDropped(version: UInt32, index: UInt32, reason: String)
  /// The learner or a worker was turned away, or turned the relay away.
  case refused(reason: String)
  /// The learner says nothing.
  case waiting(milliseconds: Milliseconds)

  /// How loudly it is logged.
  public var level: Logger.Level {
    switch self {
    case .base(let notice): notice.level
    case .versionComplete, .requested: .debug
    case .chunkDropped, .refused: .warning
    case .joined, .greetingAgain, .workerJoined, .waiting: .info
    }
  }
}

extension RelayNotice: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .joined(let run, let incarnation, let policyVersion, _):
      "relays weights of run \(run) (learner \(incarnation)), which is at version \(policyVersion)"
    case .greetingAgain(let reason): "saying hello again: \(reason)"
    case .versionComplete(let version): "policy version \(version) is complete"
    case .base(let notice): "\(notice)"
    case .requested(let version, let base, let chunks):
      "asked the learner for \(chunks) \(chunks == 1 ? "chunk" : "chunks") towards policy version \(version) from \(base.map(String.init) ?? "nothing")"
    case .workerJoined(let worker): "\(worker) fetches weights here"
    case .chunkDropped(let version, let index, let reason): "chunk \(index) of policy version \(version) dropped: \(reason)"
    case .refused(let reason): "refused: \(reason)"
    case .waiting(let milliseconds):
      "waiting for the learner for \(milliseconds / 1000) s; is it running, and is the address right?"
    }
  }
}
