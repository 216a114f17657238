public import Wire

/// What a worker tells whoever watches it.
public enum WorkerNotice: Sendable, Equatable {
  /// The learner took the worker in.
  case joined(run: String, incarnation: UInt64, policyVersion: UInt32)
  /// The learner that took the worker in is another build.
  case otherBuild(learner: String, software: String)
  /// The learner was restarted or has forgotten the worker, which says hello again.
  case greetingAgain(reason: String)
  /// A policy version is whole.
  case versionComplete(UInt32)
  /// Something about the run's base weights.
  case base(BaseNotice)
  /// Chunks of a version were asked for.
  case repairRequested(version: UInt32, chunks: Int)
  /// A chunk was dropped.
  case chunkDropped(version: UInt32, index: UInt32, reason: String)
  /// A version's delta could not be applied; its key frame is asked for instead.
  case deltaDropped(version: UInt32, reason: String)
  /// A version cannot be had any more; the tasks that needed it are left to others.
  case versionGone(UInt32)
  /// A task was done, and its result sent.
  case resultSent(WorkItem, tokens: Int, seconds: Double)
  /// The learner said what became of a result.
  case acknowledged(WorkItem, Disposition)
  /// The learner turned something away.
  case refused(reason: String)
  /// The learner sent what cannot be used.
  case misbehaved(reason: String)
  /// The worker waits.
  case waiting(WorkerWait, milliseconds: Milliseconds)
  /// Weights come from the relay from now on.
  case relayFound
  /// Weights come from the learner, since the relay is of no use now.
  case relayLost(reason: String)
  /// The worker was asked to leave.
  case draining(declined: Int, unfinished: Int)
}

/// What a worker waits for.
public enum WorkerWait: Sendable, Equatable {
  /// The learner's first word.
  case welcome
  /// A sign of life from a learner that had one.
  case learner
  /// Weights of this version; so many chunks are missing, nil when not even their number is known.
  case weights(version: UInt32, missing: Int?)
  /// Base weights, of which so much is there.
  case baseWeights(BaseProgress)
  /// Tasks.
  case tasks
}

extension WorkerNotice: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .joined(let run, let incarnation, let policyVersion): "joined run \(run) (learner \(incarnation)) at version \(policyVersion)"
    case .otherBuild(let learner, let software):
      "the learner is \(learner), this worker \(software): only protocol and arithmetic are compared; install the same build on both"
    case .greetingAgain(let reason): "saying hello again: \(reason)"
    case .versionComplete(let version): "policy version \(version) is complete"
    case .base(let notice): "\(notice)"
    case .repairRequested(let version, let chunks): "asked for \(chunks) \(chunks == 1 ? "chunk" : "chunks") of policy version \(version)"
    case .chunkDropped(let version, let index, let reason): "chunk \(index) of policy version \(version) dropped: \(reason)"
    case .deltaDropped(let version, let reason):
      "the delta that makes policy version \(version) dropped: \(reason); asking for the key frame"
    case .versionGone(let version): "policy version \(version) cannot be had any more: its tasks are left to others"
    case .resultSent(let item, let tokens, let seconds):
      "\(item): \(tokens) \(tokens == 1 ? "token" : "tokens") in \(Int(seconds * 1000)) ms"
    case .acknowledged(let item, let disposition): "\(item): \(disposition)"
    case .refused(let reason): "refused: \(reason)"
    case .misbehaved(let reason): "the learner sent what cannot be used: \(reason)"
    case .waiting(let wait, let milliseconds): "waiting for \(milliseconds / 1000) s for \(wait)"
    case .relayFound: "weights come from the relay"
    case .relayLost(let reason): "weights come from the learner, without the relay: \(reason)"
    case .draining(let declined, let unfinished):
      "leaving: \(declined) \(declined == 1 ? "task" : "tasks") given back, \(unfinished) to finish"
    }
  }
}

extension WorkerWait: CustomStringConvertible {
  /// A noun.
  public var description: String {
    switch self {
    case .welcome: "the learner's welcome; is it running, and is the address right?"
    case .learner: "a sign of life from the learner"
    case .weights(let version, let missing):
      "\(missing.map(String.init) ?? "all") \(missing == 1 ? "chunk" : "chunks") of policy version \(version)"
    case .baseWeights(let progress): "\(progress)"
    case .tasks: "tasks"
    }
  }
}
