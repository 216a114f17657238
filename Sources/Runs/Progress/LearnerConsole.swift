package import Cluster
import EMPO
import Files
import Foundation
import Synchronization
import Wire

/// What a learner shows on the standard output: a line a step, and on a terminal a bar below them; beside it, metrics.jsonl.
///
/// Where nothing happens for a while, it says what is under way: on a terminal the bar does, every second, elsewhere a line.
package final class LearnerConsole: Sendable {
  private struct State {
    var metrics: MetricsLog?
    var activity: LearnerActivity
    var lastLine: ContinuousClock.Instant
    var ticker: Ticker?
    var version: UInt32 = 0
    /// Groups that are in, by step; with a lag, those of the next step come before this one ends.
    var groups: [UInt32: Int] = [:]
    var workers = 0
    var latest: StepProgress?
    var stepSeconds: [Double] = []
    var isComplete = false
    var isBarShown = false
    var lastBar = ContinuousClock.Instant.now
    var updates: UpdateConcern?
  }

  private let output: Console
  private let configuration: RunConfiguration
  private let metricsPath: String
  private let isTerminal: Bool
  private let state: Mutex<State>
  private let showsNotices: Bool

  /// How long the output is silent at most, where it is no terminal.
  package static let silence = Duration.seconds(8)

  /// How the line begins that says where the learner listens, which a supervisor on another host waits for.
  package static let listening = "learner at "

  /// - Parameter showsNotices: Whether to show what the log reports as well, because the log goes elsewhere.
  package init(configuration: RunConfiguration, folder: RunFolder, showsNotices: Bool, output: Console = .output) {
    let now = ContinuousClock.now
    state = Mutex(State(activity: LearnerActivity(configuration, now: now), lastLine: now))
    self.showsNotices = showsNotices
    self.configuration = configuration
    self.output = output
    metricsPath = folder.metrics
    isTerminal = output.isTerminal
  }

  /// Says every second what is under way, where that is wanted, until ``finish()``.
  package func watch() {
    state.withLock { state in
      if state.ticker == nil { state.ticker = Ticker(every: 1) { [weak self] in self?.tick(now: .now) } }
    }
  }

  /// Warns of updates that no healthy run makes.
  package func warn(of concern: UpdateConcern) {
    state.withLock { $0.updates = concern }
  }

  /// Time passed.
  package func tick(now: ContinuousClock.Instant) {
    state.withLock { state in
      if isTerminal {
        drawBar(&state)
      } else if now - state.lastLine >= Self.silence {
        line(state.activity.line(now: now), &state)
      }
    }
  }

  /// Something begins before or after the run itself, such as "reading the model".
  package func begin(_ phase: String) {
    state.withLock { $0.activity.begin(phase, now: .now) }
  }

  /// Shows a report; called on the learner's socket thread.
  package func show(_ report: LearnerReport) {
    state.withLock { state in
      state.activity.note(report, now: .now)
      switch report {
      case .listening(let endpoint, let version):
        // Where the run went back to a checkpoint, nothing of what came later counts.
        state.groups = [:]
        state.latest = nil
        state.version = version
        state.metrics = try? MetricsLog(path: metricsPath, resumingAt: Int(version))
        line("\(Self.listening)\(endpoint), \(outlook(from: version))", &state)
      case .notice(let notice): show(notice, &state)
      case .step(let step, let timing): show(step, timing, &state)
      case .evaluation(let evaluation):
        append(evaluation, to: &state)
        let percent = (evaluation.figures.greedy * 1000).rounded() / 10
        line("held-out greedy accuracy after step \(evaluation.policyVersion): \(percent) %", &state)
      }
    }
  }

  /// What a run that begins with this version has before it.
  private func outlook(from version: UInt32) -> String {
    if version == 0 { return "\(counted(configuration.steps, "step")) to go" }
    guard version < configuration.steps else { return "nothing to do after step \(version) of \(configuration.steps); --steps N goes on" }
    return "goes on after step \(version) of \(configuration.steps)"
  }

  /// Takes the bar away, and says nothing more.
  package func finish() {
    state.withLock { state in
      state.ticker?.stop()
      state.ticker = nil
      if state.isBarShown { output.write(Console.clearLine) }
      state.isBarShown = false
    }
  }

  private func tell(_ notice: LearnerNotice, _ state: inout State) {
    if showsNotices { line("\(notice)", &state) }
  }

  private func show(_ notice: LearnerNotice, _ state: inout State) {
    switch notice {
    case .accepted(let item, _, let missing):
      if item.kind == .sample { state.groups[item.step] = configuration.questionsPerStep - missing }
      // A terminal needs no more than ten pictures a second.
      if ContinuousClock.now - state.lastBar > .milliseconds(100) { drawBar(&state) }
    case .measuring(_, let answered, _):
      // On a terminal, the bar says so.
      if !isTerminal, answered > 0 { tell(notice, &state) }
    case .workerJoined(_, _, _, let workers, _):
      state.workers = workers
      tell(notice, &state)
    case .workerLeft(_, let workers):
      state.workers = workers
      if !state.isComplete { tell(notice, &state) }
    case .complete: state.isComplete = true
    case .workerLost, .workerHung, .workerRecovered, .mixedArithmetic, .otherBuild, .groupRejected, .scoresReplaced, .quarantined,
      .quarantineEnded, .misbehaved, .refused, .untold, .accessChanged, .waiting, .waitingForParts, .updateBegunAgain, .goingBack,
      .outOfTime:
      tell(notice, &state)
    case .lieFound(let lie):
      // What stops the run is its error, and told at its end.
      if lie.action == .expel { tell(notice, &state) }
    case .uncheckable(_, _, let count):
      // The first one stands for all; the metrics count them.
      if count == 1 { tell(notice, &state) }
    case .leaseReassigned, .leaseDoubled, .partAdded, .partLost, .checkPassed, .duplicateDropped, .staleDropped, .stepReady, .stepFinished,
      .checkpointed,
      .stopping:
      break
    }
  }

  private func show(_ record: StepRecord, _ timing: StepTiming, _ state: inout State) {
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
      remainingSeconds: remainingSeconds(state), bound: timing.gradientSeconds > 0 ? timing.bound : nil)
    state.latest = progress
    append(record, to: &state)
    line(progress.line, &state)
    for warning in state.updates?.lines(of: record) ?? [] where showsNotices { line(warning, &state) }
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
    state.lastLine = .now
    state.isBarShown = false
    drawBar(&state)
  }

  private func drawBar(_ state: inout State) {
    guard isTerminal, !state.isComplete || state.activity.phase != nil else { return }
    // A full line would make some terminals go on to the next.
    let width = output.width - 1
    let bar: String
    if state.activity.phase != nil {
      bar = String(state.activity.line(now: .now).prefix(width))
    } else {
      bar =
        LiveProgress(
          step: Int(state.version), steps: configuration.steps, groups: state.groups[state.version] ?? 0,
          groupsPerStep: configuration.questionsPerStep, workers: state.workers, remainingSeconds: remainingSeconds(state),
          latest: state.latest, activity: state.activity.words(now: .now)
        ).line(width: width)
    }
    output.write(Console.clearLine + bar)
    state.isBarShown = true
    state.lastBar = .now
  }
}
