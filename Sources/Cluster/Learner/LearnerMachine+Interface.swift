public import EMPO
public import Wire

extension LearnerMachine {
  /// What happens to a learner.
  public enum Event: Sendable {
    /// The learner begins to listen.
    case start
    /// A worker said something.
    case message(WorkerMessage, from: Peer)
    /// A peer sent bytes that are no message.
    case malformed(Peer, reason: String)
    /// Something about who may speak; the transport has answered the peer already.
    case access(AccessEvent)
    /// The update of a step is done: `version` exists and its weights can be handed out.
    case policyPublished(version: UInt32)
    /// The checkpoint of `version` is durable.
    case checkpointed(version: UInt32)
    /// The evaluation of `version` is done.
    case evaluated(version: UInt32)
    /// Time passed.
    case tick
    /// The learner is asked to end: it finishes a running update and writes a checkpoint.
    case stop
  }

  /// What a learner has to do, in the order given.
  public enum Action: Sendable, Equatable {
    /// Sends a message.
    case send(LearnerMessage, to: Peer)
    /// Takes a worker in: sends the run's welcome with this newest version.
    case welcome(Peer, policyVersion: UInt32)
    /// Sends the tasks of these leases.
    case lease([LeaseGrant], to: Peer)
    /// Makes a group durable, which answers a question. Whatever follows may rely on it.
    case persist(GroupResult, worker: String, question: Int)
    /// Updates the policy on a step's groups and their questions, which stand in slot order.
    case train(step: UInt32, groups: [GroupResult], questions: [Int])
    /// Broadcasts a version's weights.
    case publish(version: UInt32)
    /// Forgets the weights of every version below, but for those that workers are still fetching.
    case release(below: UInt32, keeping: Set<UInt32> = [])
    /// Sends chunks of the frame that leads to a version from `base`, which the worker has, to one worker; an empty list means from the first on.
    case sendWeights(version: UInt32, base: UInt32? = nil, chunks: [UInt32], to: Peer)
    /// Writes a checkpoint of the newest version, and of the questions to ask from there on.
    case checkpoint(version: UInt32, questions: QuestionSchedule.State? = nil)
    /// Measures the newest version.
    case evaluate(version: UInt32)
    /// Records how a step went.
    case record(StepTiming)
    /// Tells whoever watches.
    case notify(LearnerNotice)
    /// Ends the learner.
    case end(LearnerOutcome)
  }
}

/// A slot handed to a worker.
public struct LeaseGrant: Sendable, Equatable {
  /// The lease.
  public var lease: UInt64

  /// The step.
  public var step: UInt32

  /// The slot.
  public var slot: UInt32

  /// The version to sample from.
  public var policyVersion: UInt32

  /// The question that the slot asks.
  public var question: Int
}

/// How a learner ended.
public enum LearnerOutcome: Sendable, Equatable {
  /// Every step is trained and checkpointed.
  case complete
  /// It was asked to stop, and can continue from this version: a checkpoint's, or 0. Nil when it had not begun.
  case stopped(version: UInt32?)
  /// It found something that the run must not go on with. Nothing accepted is lost.
  case failed(reason: String)
}
