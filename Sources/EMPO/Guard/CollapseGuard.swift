/// Watches a run for a collapse: a policy that agrees with itself more and more, on less and less.
///
/// The reward of agreement rises whether the answers are right or not, so no figure of the reward shows it. The guard compares figures that it
/// does not drive with the run's own first steps. Most speak against a policy; some speak of updates that lead to a worse one. A figure of a
/// step describes the policy that the step's groups were sampled from. It is out of bounds once its median over the last
/// ``GuardOptions/window`` steps is, so that no single step decides.
///
/// Invariants: what it says at a step is a function of the steps so far and of the probes that it was given; once it ends the run, it stays
/// with that, and the end lies beyond whatever may be leased.
public struct CollapseGuard: Sendable {
  /// What a checkpoint keeps of the guard.
  public struct State: Sendable, Equatable, Codable {
    /// What is remembered of earlier answers.
    fileprivate var memory = AnswerMemory()
    /// The figures of the first steps, as many as the window has.
    fileprivate var first: [[GuardFigure: Double]] = []
    /// The figures of the last steps, as many.
    fileprivate var latest: [[GuardFigure: Double]] = []
    /// By figures that are suspicious without a break, since which version.
    fileprivate var suspicions: [GuardFigure: Int] = [:]
    /// The probe with the highest accuracy, of equal ones the latest.
    public fileprivate(set) var best: LabelledProbe?
    /// The version of the latest probe.
    public fileprivate(set) var probed: Int?
    /// The alarms that stand.
    public fileprivate(set) var alarms: [GuardAlarm] = []
    /// The first alarm of each figure, whether it still stands or not.
    public fileprivate(set) var history: [GuardAlarm] = []
    /// The newest version that shows nothing suspicious.
    public fileprivate(set) var soundVersion = 0
    /// The version with which the run ends; nil where nothing ends it.
    public fileprivate(set) var end: Int?
    /// The version at which that was decided, and the alarms that decided it.
    public fileprivate(set) var decision: Decision?

    /// The state of a run that begins.
    public init() {}

    /// Whether every version in it is one that a run can have.
    public var isPossible: Bool {
      let alarms = alarms + history + (decision?.alarms ?? [])
      let versions = [soundVersion, best?.version, probed, end, decision?.version] + alarms.map(\.since) + suspicions.values.map(\.self)
      return versions.allSatisfy { $0.map { (0...Int(UInt32.max)).contains($0) } ?? true }
    }
  }

  /// Why a run ends early.
  public struct Decision: Sendable, Equatable, Codable {
    /// The version at which it was decided.
    public var version: Int
    /// The alarms that were new.
    public var alarms: [GuardAlarm]
  }

  /// What it is told.
  public let options: GuardOptions

  /// What a checkpoint keeps.
  public private(set) var state: State

  /// A guard that begins, or goes on from what a checkpoint kept.
  public init(_ options: GuardOptions, state: State = State()) {
    precondition(options.action != .off, "a guard that is off is none")
    self.options = options
    self.state = state
  }

  /// Takes note of a trained step.
  ///
  /// - Parameters:
  ///   - step: The step, counted from 0; its update made version `step + 1`.
  ///   - groups: Its groups, in slot order.
  ///   - update: What the update found.
  ///   - probes: The measurements since the last step, by version.
  public mutating func note(step: Int, groups: [PromptedGroup], update: UpdateReport, probes: [LabelledProbe] = []) -> GuardReport {
    let answers = state.memory.note(groups)
    let sampled = max(0, step - options.lag)
    let figures = figures(of: answers, update)
    if state.first.count < options.window { state.first.append(figures) }
    state.latest = (state.latest + [figures]).suffix(options.window)
    var standing: [GuardAlarm] = []
    for figure in GuardFigure.allCases where figure != .heldOut {
      if let alarm = look(at: figure, version: sampled) { standing.append(alarm) }
    }
    if let alarm = look(at: probes) { standing.append(alarm) }
    let new = standing.filter { alarm in !state.alarms.contains { $0.figure == alarm.figure } }
    state.alarms = standing
    if !state.suspicions.keys.contains(where: \.isOfThePolicy) { state.soundVersion = sampled }
    state.history += new.filter { alarm in !state.history.contains { $0.figure == alarm.figure } }
    if options.action == .stop, state.end == nil, !new.isEmpty {
      // What was leased before this step's update was done is of the steps below.
      state.end = step + 1 + options.lag
      state.decision = Decision(version: step + 1, alarms: new)
    }
    return GuardReport(
      answers: answers, soundVersion: state.soundVersion, alarmCount: standing.count,
      policyAlarmCount: standing.count { $0.figure.isOfThePolicy }, alarms: new, end: state.end)
  }

  private func figures(of answers: AnswerFigures, _ update: UpdateReport) -> [GuardFigure: Double] {
    var figures: [GuardFigure: Double] = [
      .sharedAnswers: answers.sharedShare, .emptyAnswers: answers.emptyShare, .truncatedResponses: update.truncatedShare,
      .shortResponses: update.meanLength, .tokenEntropy: answers.tokenEntropy,
    ]
    figures[.clippedTokens] = update.clippedShare
    figures[.flippedMajorities] = answers.flippedShare
    figures[.divergence] = update.divergence
    // Without an update there is none.
    if update.gradientNorm > 0 { figures[.gradientNorm] = update.gradientNorm }
    // A checkpoint has no place for others.
    return figures.filter(\.value.isFinite)
  }

  /// Compares a figure of the last steps with that of the first ones.
  private mutating func look(at figure: GuardFigure, version: Int) -> GuardAlarm? {
    guard let now = state.latest.last?[figure] else { return state.alarms.first { $0.figure == figure } }
    // A run that goes on with a shorter window has kept more of them.
    let first = state.first.prefix(options.window)
    guard let usual = median(first.compactMap { $0[figure] }) ?? figure.usualByNature, first.count == options.window else { return nil }
    let limit = figure.limit(usual: usual, lag: options.lag)
    let isSuspicious = figure.isBad(now, beyond: (usual + limit) / 2)
    state.suspicions[figure] = isSuspicious ? state.suspicions[figure] ?? version : nil
    // A step without the figure is like the first ones.
    guard let value = median(state.latest.map { $0[figure] ?? usual }), figure.isBad(value, beyond: limit) else { return nil }
    return GuardAlarm(figure: figure, value: value, limit: limit, usual: usual, since: state.suspicions[figure] ?? version)
  }

  /// Compares the latest measurement with the best one.
  private mutating func look(at probes: [LabelledProbe]) -> GuardAlarm? {
    var alarm = state.alarms.first { $0.figure == .heldOut }
    for probe in probes {
      state.probed = probe.version
      guard let best = state.best, probe.accuracy < best.accuracy else {
        (state.best, state.suspicions[.heldOut], alarm) = (probe, nil, nil)
        continue
      }
      let limit = best.accuracy - options.tolerance
      let isSuspicious = probe.accuracy < best.accuracy - options.tolerance / 2
      state.suspicions[.heldOut] = isSuspicious ? state.suspicions[.heldOut] ?? probe.version : nil
      alarm =
        probe.accuracy < limit
        ? GuardAlarm(
          figure: .heldOut, value: probe.accuracy, limit: limit, usual: best.accuracy, since: state.suspicions[.heldOut] ?? probe.version)
        : nil
    }
    return alarm
  }

  /// The median, of two middle ones the lower; nil of nothing.
  private func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
  }
}

extension GuardFigure {
  fileprivate func isBad(_ value: Double, beyond limit: Double) -> Bool { isBadBelow ? value < limit : value > limit }
}
