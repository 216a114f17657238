import Cluster
import Evaluation
import Files
import Wire

/// What a learner is at, in words, for the times in which it has nothing else to say.
struct LearnerActivity: Sendable {
  private let configuration: RunConfiguration

  /// What goes on before or after the run itself; nil during the run.
  private(set) var phase: String?

  private var version: UInt32 = 0
  private var groups: [UInt32: Int] = [:]
  private var measuring: (version: UInt32, answered: Int, questions: Int)?
  private var updating: UInt32?
  private var missingParts: Int?
  private var writing: UInt32?
  private var start: ContinuousClock.Instant

  init(_ configuration: RunConfiguration, now: ContinuousClock.Instant) {
    self.configuration = configuration
    start = now
    phase = "starting"
  }

  mutating func begin(_ phase: String, now: ContinuousClock.Instant) {
    self.phase = phase
    start = now
  }

  mutating func note(_ report: LearnerReport, now: ContinuousClock.Instant) {
    switch report {
    case .listening(_, let version):
      self = LearnerActivity(configuration, now: now)
      self.version = version
      phase = nil
    case .evaluation:
      measuring = nil
      start = now
    case .notice(let notice): note(notice, now: now)
    case .step: break
    }
  }

  private mutating func note(_ notice: LearnerNotice, now: ContinuousClock.Instant) {
    switch notice {
    case .measuring(let version, let answered, let questions):
      if measuring?.version != version { start = now }
      measuring = (version, answered, questions)
    case .accepted(let item, _, let missing):
      if item.kind == .sample {
        groups[item.step] = configuration.questionsPerStep - missing
      } else if item.kind == .evaluation, let (version, _, questions) = measuring, version == item.step {
        measuring = (version, questions - missing, questions)
      }
    case .stepReady(let step):
      updating = step
      missingParts = nil
      start = now
    case .partAdded(_, _, _, let missing): missingParts = missing
    case .stepFinished(let timing):
      updating = nil
      version = timing.step + 1
      groups[timing.step] = nil
      let isLast = Int(version) == configuration.steps
      if isLast || Int(version).isMultiple(of: configuration.checkpointEvery) { writing = version }
      start = now
    case .checkpointed: writing = nil
    case .outOfTime: begin("finishing what runs, and writing the checkpoint", now: now)
    case .complete: begin("telling the workers that the run is complete", now: now)
    default: break
    }
  }

  /// What is under way beside the sampling of groups, with its time so far; nil for nothing.
  func words(now: ContinuousClock.Instant) -> String? {
    if let phase { return timed(phase, now) }
    if let (version, answered, questions) = measuring {
      return "measuring version \(version): \(answered) of \(counted(questions, "question"))"
    }
    if updating != nil { return timed("updating the policy" + (missingParts.map { ", missing parts: \($0)" } ?? ""), now) }
    return writing.map { timed("writing the checkpoint of version \($0)", now) }
  }

  /// A line for where nothing else is shown.
  func line(now: ContinuousClock.Instant) -> String {
    if phase != nil || measuring != nil { return words(now: now) ?? "" }
    let step = "step \(version + 1) of \(configuration.steps): "
    let words = words(now: now)
    if let words, updating != nil { return step + words }
    guard Int(version) < configuration.steps else { return words ?? timed("every step is trained", now) }
    let sampled = step + "\(groups[version] ?? 0) of \(counted(configuration.questionsPerStep, "group"))"
    return words.map { sampled + ", " + $0 } ?? timed(sampled, now)
  }

  private func timed(_ words: String, _ now: ContinuousClock.Instant) -> String {
    words + ", " + Figures.duration(seconds: (now - start) / .seconds(1)) + " so far"
  }
}
