package import EMPO
package import Wire

/// A result that the learner follows itself, and the weights that it was sampled from.
struct CheckingJob: Sendable {
  var task: Task
  var weights: WeightBytes
}

/// One task for a sampler.
private final class SingleTask: TaskFeed {
  private var waiting: TicketedTask?
  private(set) var group: ScoredGroup?

  init(_ task: Task) { waiting = TicketedTask(ticket: 0, task: task) }

  func next() -> TicketedTask? {
    defer { waiting = nil }
    return waiting
  }

  func nextPart() -> TicketedTask? { nil }

  func isCancelled(_ ticket: UInt64) -> Bool { false }

  func deliver(_ group: ScoredGroup, for ticket: UInt64) { self.group = group }

  func deliver(_ gradient: ComputedGradient, for ticket: UInt64) { preconditionFailure("no gradient is asked for") }
}

extension GroupSampler {
  /// What comes of one task of the loaded version that asks for responses.
  package func group(of task: Task) throws -> ScoredGroup {
    let feed = SingleTask(task)
    try sample(from: feed)
    guard let group = feed.group else { preconditionFailure("a sampler delivers what it takes") }
    return group
  }
}

extension Task {
  /// The task of following a result's responses.
  package init(checking result: WorkResult, answering content: TaskContent, seed: UInt64, deadlineMilliseconds: UInt32 = 0) {
    let responses = result.group.responses.map(\.tokens)
    self.init(
      lease: 0, seal: result.seal, item: result.item.check, policyVersion: result.policyVersion, seed: seed,
      groupSize: UInt32(responses.count), given: responses, questionID: content.questionID, question: content.question,
      promptTokens: content.promptTokens, answers: content.answers, deadlineMilliseconds: deadlineMilliseconds)
  }
}

/// Makes a sampler when there is something to check, and serves jobs until their queue is closed.
func serveChecking(_ jobs: BoundedQueue<CheckingJob>, findings: BoundedQueue<Finding>, makeSampler: () throws -> any GroupSampler) {
  do {
    var sampler: (any GroupSampler)?
    var loaded: UInt32?
    while let job = jobs.take() {
      let own = try sampler ?? makeSampler()
      sampler = own
      if loaded != job.task.policyVersion { try own.load(version: job.task.policyVersion, weights: job.weights) }
      loaded = job.task.policyVersion
      findings.post(.event(.checked(job.task.item.checked, own: try own.group(of: job.task))))
    }
  } catch {
    findings.post(.failed(error))
  }
}
