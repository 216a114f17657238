import Evaluation

/// What a terminal shows while a step is under way: one line that is drawn over and over.
public struct LiveProgress: Sendable, Equatable {
  /// Steps that are done.
  public var step: Int
  /// The steps of the whole run.
  public var steps: Int
  /// Groups of the step under way that have arrived.
  public var groups: Int
  /// Groups that make a step.
  public var groupsPerStep: Int
  /// Workers that are alive.
  public var workers: Int
  /// The expected time to the end of the run; nil when it can't be told yet.
  public var remainingSeconds: Double?
  /// The step that ended last; nil during the first.
  public var latest: StepProgress?
  /// What is under way beside the sampling of groups, in a few words; nil for nothing.
  public var activity: String?

  /// Creates the state of the step under way.
  public init(
    step: Int, steps: Int, groups: Int, groupsPerStep: Int, workers: Int, remainingSeconds: Double? = nil, latest: StepProgress? = nil,
    activity: String? = nil
  ) {
    self.step = step
    self.steps = steps
    self.groups = groups
    self.groupsPerStep = groupsPerStep
    self.workers = workers
    self.remainingSeconds = remainingSeconds
    self.latest = latest
    self.activity = activity
  }

  /// The share of the run that is done, the step under way included.
  public var fraction: Double {
    let inStep = groupsPerStep > 0 ? Double(groups) / Double(groupsPerStep) : 0
    return steps > 0 ? min(1, max(0, (Double(step) + min(1, inStep)) / Double(steps))) : 1
  }

  /// The bar with as many figures behind it as fit into `width` columns, the most wanted first; never wider than that.
  public func line(width: Int) -> String {
    let count = "step " + TextColumns.rightAligned("\(step)", to: "\(steps)".count) + "/\(steps)"
    // Rounded down, so that 100 % means done.
    let percent = TextColumns.rightAligned("\(Int(fraction * 100))", to: 3) + " %"
    let room = width - count.count - percent.count - 3
    guard room >= 4 else { return String((count + percent).prefix(max(0, width))) }
    let cells = min(room, width >= 100 ? 30 : 20)
    var line = count + "  " + bar(cells: cells) + " " + percent
    for field in fields where line.count + 2 + field.count <= width {
      line += "  " + field
    }
    return line
  }

  private func bar(cells: Int) -> String {
    let filled = Int(fraction * Double(cells))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
  }

  private var fields: [String] {
    var fields = activity.map { [$0] } ?? []
    fields += ["ETA " + (remainingSeconds.map(Figures.duration) ?? Figures.missing), "groups \(groups)/\(groupsPerStep)"]
    if let latest {
      fields.append("reward " + Figures.decimal(latest.reward, places: 3))
      fields.append("entropy " + Figures.decimal(latest.semanticEntropy, places: 2))
      fields.append(latest.tokenRate + " tok/s")
    }
    return fields + ["workers \(workers)"]
  }
}
