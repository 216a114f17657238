package import Cluster
import EMPO
import Foundation
import Synchronization

/// What a learner shows on the standard output: a line a step, and on a terminal a bar below them; beside it, metrics.jsonl.
package final class LearnerConsole: Sendable {
  private struct State {
    var metrics: MetricsLog?
    var version: UInt32 = 0
    /// Groups that are in, by step; with a lag, those of the next step come before this one ends.
    var groups: [UInt32: Int] = [:]
    var workers = 0
    var latest: StepProgress?
    var stepSeconds: [Double] = []
    var isComplete = false
    var isBarShown = false
    var lastBar = ContinuousClock.Instant.now
    var watch: UpdateWatch
  }

  private let output: Console
  private let configuration: RunConfiguration
  private let metricsPath: String
  private let isTerminal: Bool
  private let state: Mutex<State>

  private let showsNotices: Bool
  private let workers: @Sendable (UInt32) -> [UInt32: String]
  private let warn: @Sendable (String) -> Void

  /// How the line begins that says where the learner listens, which a supervisor on another host waits for.
  package static let listening = "learner at "

  /// - Parameters:
  ///   - showsNotices: Whether to show what the log reports as well, because the log goes elsewhere.
  ///   - watch: What was seen of the updates of steps before.
  ///   - workers: Who sampled a step's groups, by slot. Asked for steps that a warning is about.
  ///   - warn: Takes the warnings of updates for the log.
  package init(
    configuration: RunConfiguration, folder: RunFolder, showsNotices: Bool, output: Console = .output,
    watch: UpdateWatch = UpdateWatch(), workers: @escaping @Sendable (UInt32) -> [UInt32: String] = { _ in [:] },
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.showsNotices = showsNotices
    self.workers = workers
    self.warn = warn
    state = Mutex(State(watch: watch))
    self.configuration = configuration
    self.output = output
    metricsPath = folder.metrics
    isTerminal = output.isTerminal
  }

  /// Shows a report; called on the learner's socket thread.
  package func show(_ report: LearnerReport) {
    state.withLock { state in
      switch report {
      case .listening(let endpoint, let version):
        state.version = version
        state.metrics = try? MetricsLog(path: metricsPath, resumingAt: Int(version))
        line(
          "\(Self.listening)\(endpoint), "
            + (version == 0 ? "\(configuration.steps) steps to go" : "goes on after step \(version) of \(configuration.steps)"), &state)
      case .notice(let notice): show(notice, &state)
      case .step(let step, _): show(step, &state)
      case .evaluation(let evaluation):
        append(evaluation, to: &state)
        let percent = (evaluation.figures.greedy * 1000).rounded() / 10
        line("held-out greedy accuracy after step \(evaluation.policyVersion): \(percent) %", &state)
      }
    }
  }

  /// Takes the bar away.
  package func finish() {
    state.withLock { state in
      if state.isBarShown { output.write(Console.clearLine) }
      state.isBarShown = false
    }
  }

  private func tell(_ notice: LearnerNotice, _ state: inout State) {
    if showsNotices { line("\(notice)", &state) }
  }

  private func show(_ notice: LearnerNotice, _ state: inout State) {
    switch notice {
    case .groupAccepted(let step, _, _, let missing):
      state.groups[step] = configuration.questionsPerStep - missing
      // A terminal needs no more than ten pictures a second.
      if ContinuousClock.now - state.lastBar > .milliseconds(100) { drawBar(&state) }
    case .workerJoined(_, _, _, let workers, _):
      state.workers = workers
      tell(notice, &state)
    case .workerLeft(_, let workers):
      state.workers = workers
      if !state.isComplete { tell(notice, &state) }
    case .complete: state.isComplete = true
    case .workerLost, .workerHung, .workerRecovered, .mixedArithmetic, .otherBuild, .groupRejected, .quarantined, .quarantineEnded,
      .misbehaved, .refused, .untold, .accessChanged, .waiting:
      tell(notice, &state)
    case .auditFailed(let mismatch):
      // What stops the run is its error, and told at its end.
      if mismatch.action == .log { tell(notice, &state) }
    // A lone worker's run is in good order: that its audits are waived is for the log and the metrics.
    case .auditWaived: break
    case .leaseReassigned, .leaseDoubled, .auditHeld, .auditPassed, .duplicateDropped, .staleDropped, .stepReady, .stepFinished,
      .checkpointed, .stopping:
      break
    }
  }

  private func show(_ record: StepRecord, _ state: inout State) {
    let (update, pace) = (record.figures.update, record.figures.pace)
    state.version = record.step + 1
    state.groups[record.step] = nil
    state.workers = pace.workers
    // The first steps warm up and later ones grow longer, so only the last ten speak for what is to come.
    state.stepSeconds = (state.stepSeconds + [pace.seconds]).suffix(10)
    let progress = StepProgress(
      step: Int(record.step) + 1, steps: configuration.steps, reward: update.meanReward, semanticEntropy: update.semanticEntropy,
      kept: update.keptGroups, dropped: update.droppedGroups, dropReasons: update.dropReasons,
      skipped: record.figures.skippedShare, tokensPerSecond: pace.tokensPerSecond, workers: pace.workers,
      learnerWait: pace.learnerWaitShare, workerWait: pace.workerWaitShare,
      remainingSeconds: remainingSeconds(state))
    state.latest = progress
    append(record, to: &state)
    line(progress.line, &state)
    let warnings = state.watch.warnings(of: update)
    if warnings.isEmpty { return }
    let workers = workers(record.step)
    for warning in warnings {
      let text = warning.line(step: record.step, workers: workers)
      warn(text)
      if showsNotices { line(text, &state) }
    }
  }

  private func append(_ record: some Encodable, to state: inout State) {
    // The ledger has the same figures; a full disk shows there.
    try? state.metrics?.append(record)
  }

  private func remainingSeconds(_ state: State) -> Double? {
    guard !state.stepSeconds.isEmpty else { return nil }
    return state.stepSeconds.reduce(0, +) / Double(state.stepSeconds.count) * Double(configuration.steps - Int(state.version))
  }

  private func line(_ text: String, _ state: inout State) {
    output.line(text)
    state.isBarShown = false
    drawBar(&state)
  }

  private func drawBar(_ state: inout State) {
    guard isTerminal, !state.isComplete else { return }
    let progress = LiveProgress(
      step: Int(state.version), steps: configuration.steps, groups: state.groups[state.version] ?? 0,
      groupsPerStep: configuration.questionsPerStep,
      workers: state.workers, remainingSeconds: remainingSeconds(state), latest: state.latest)
    // A full line would make some terminals go on to the next.
    output.write(Console.clearLine + progress.line(width: output.width - 1))
    state.isBarShown = true
    state.lastBar = .now
  }
}
