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
    /// The learner has scored a worker's group itself; nil where that takes a model.
    case scored(WorkResult, from: Peer, own: ScoredGroup?)
    /// The learner has followed a result itself.
    case checked(WorkItem, own: ScoredGroup)
    /// The update of a step is cut into parts, of which these are not empty.
    case prepared(step: UInt32, parts: [UInt32])
    /// The learner has computed a part itself, for which it took so many tokens through the model, and which is in the sum.
    case computed(part: UInt32, step: UInt32, tokens: Int)
    /// A worker's part is in the sum.
    case added(WorkItem)
    /// A worker's part is not in the sum: its bytes are not what their worker said, or what it said is none that the run's parts are like, and
    /// the learner computed another.
    case refuted(WorkItem, own: GradientSummary?)
    /// The learner has computed a part to check it.
    case recomputed(WorkItem, own: GradientSummary)
    /// The update of a step is done: `version` exists and its weights can be handed out. With `end`, the run is over with that version, which
    /// is `version + lag` or later: beyond every step that was leased before.
    case policyPublished(version: UInt32, end: UInt32? = nil)
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
    case persist(WorkResult, worker: String, question: Int)
    /// Scores a worker's group again, which answers a question. ``Event/scored(_:from:own:)`` says what came of it.
    case score(WorkResult, from: Peer, question: Int)
    /// Follows a result's responses, which answer a question. ``Event/checked(_:own:)`` says what came of it.
    case check(WorkResult, question: Int)
    /// Notes who has checked a slot's group; nil takes that back.
    case confirm(step: UInt32, slot: UInt32, checker: String?)
    /// Notes that a slot's group is false and counts no more.
    case void(step: UInt32, slot: UInt32, reason: String)
    /// Notes that the groups which were sampled from later versions count no more.
    case voidLater(sampledAfter: UInt32, reason: String)
    /// Notes that a party is refused for good.
    case expel(String, reason: String)
    /// Updates the policy on a step's groups and their questions, which stand in slot order.
    case train(step: UInt32, groups: [WorkResult], questions: [Int])
    /// Cuts the update on a step's groups, which stand in slot order, into parts, in place of any that was begun.
    /// ``Event/prepared(step:parts:)`` says what came of it.
    case prepare(step: UInt32, groups: [WorkResult], questions: [Int])
    /// Computes a part and adds it to the sum, see ``Event/computed(part:step:tokens:)``.
    case compute(part: UInt32, step: UInt32)
    /// Computes a part that a worker computed, and leaves the sum alone; see ``Event/recomputed(_:own:)``.
    case recompute(part: UInt32, step: UInt32)
    /// Makes room for a part's bytes.
    case gather(WorkItem, totalBytes: UInt64)
    /// Puts bytes in their place.
    case keep(GradientChunk)
    /// Forgets a part's bytes.
    case drop(WorkItem)
    /// Adds a part to the sum whose bytes are all there; ``Event/added(_:)`` or ``Event/refuted(_:own:)`` says what came of it.
    case add(WorkResult)
    /// Moves the parameters by the sum, to which every part was added. ``Event/policyPublished(version:)`` follows.
    case finishUpdate(step: UInt32)
    /// Broadcasts a version's weights.
    case publish(version: UInt32)
    /// Forgets the weights of every version below, but for those that workers are still fetching.
    case release(below: UInt32, keeping: Set<UInt32> = [])
    /// Sends chunks of the frame that leads to a version from `base`, which the worker has, to one worker; an empty list means from the first on.
    case sendWeights(version: UInt32, base: UInt32? = nil, chunks: [UInt32], to: Peer)
    /// Sends chunks of the base weights to one worker; an empty list means from the first on.
    case sendBase(chunks: [UInt32], to: Peer)
    /// Writes a checkpoint of the newest version, of the older ones from `oldest` on, and of the questions to ask from there on.
    case checkpoint(version: UInt32, oldest: UInt32, questions: QuestionSchedule.State? = nil)
    /// Judges the responses to the held-out questions, in their order.
    case evaluate(version: UInt32, groups: [WorkResult])
    /// Tells whoever wants to know the responses to a held-out question, which have come. A check may yet find that they are false.
    case noteAnswer(WorkResult)
    /// Records how a step went.
    case record(StepTiming)
    /// Tells whoever watches.
    case notify(LearnerNotice)
    /// Ends the learner.
    case end(LearnerOutcome)
  }
}

/// Work handed to a worker.
public struct LeaseGrant: Sendable, Equatable {
  /// The lease.
  public var lease: UInt64

  /// What the result must return.
  public var seal: LeaseSeal

  /// The work.
  public var item: WorkItem

  /// The version to sample from.
  public var policyVersion: UInt32

  /// How many responses are asked for.
  public var groupSize: UInt32

  /// The question, by its number among the run's, or among those held out.
  public var question: Int

  /// The responses to follow, for a check.
  public var given: [[Int32]] = []
}

/// How a learner ended.
public enum LearnerOutcome: Sendable, Equatable {
  /// Every step is trained and checkpointed.
  case complete
  /// It was asked to stop, and can continue from this version: a checkpoint's, or 0. Nil when it had not begun.
  case stopped(version: UInt32?)
  /// Its time is used up, and it can continue from this version as if it had been asked to stop.
  case outOfTime(version: UInt32)
  /// A step that is trained rests on the word of one that lied: the run must go back to its last checkpoint of a version up to `step`.
  case goBack(step: UInt32)
  /// It found something that the run must not go on with. Nothing accepted is lost.
  case failed(reason: String)
}
