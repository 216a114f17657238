package import EMPO
import Evaluation

/// What a healthy step's update doesn't show.
package enum UpdateWarning: Sendable, Equatable {
  /// Importance ratios beyond ``EMPO/ExtremeRatio/usual``: of each group with one, the furthest from 1.
  case extremeRatios([ExtremeRatio])

  /// So many updates were skipped, because their loss or gradient was not finite.
  case skippedUpdates(Int)

  /// The gradient norm is far above the median of the steps before.
  case gradientJump(norm: Double, median: Double)

  /// The slots or workers that a line names; the rest is counted.
  private static let named = 3

  /// The warning as a line that names the step, with the slots or workers that it may come from.
  ///
  /// - Parameters:
  ///   - step: The step, counted from 0.
  ///   - workers: Who sampled the step's groups, by slot.
  package func line(step: UInt32, workers: [UInt32: String]) -> String {
    let what =
      switch self {
      case .extremeRatios(let extremes):
        "importance ratios beyond 1e-3 to 1e3, " + Self.list(extremes.map { Self.place($0, workers) })
          + ": log-probabilities are made up, which audits find, or the policy moves too fast, for which there is optimizer.learning_rate"
      case .skippedUpdates(let count):
        "\(count == 1 ? "an update was" : "\(count) updates were") skipped, because loss or gradient was not finite" + Self.origin(workers)
      case .gradientJump(let norm, let median):
        "the gradient norm is \(Figures.significant(norm)), after \(Figures.significant(median)) in the median" + Self.origin(workers)
      }
    return "step \(step + 1): \(what)"
  }

  private static func place(_ extreme: ExtremeRatio, _ workers: [UInt32: String]) -> String {
    let worker = workers[UInt32(extreme.slot)].map { " (\($0))" } ?? ""
    return "\(Figures.significant(extreme.ratio)) in slot \(extreme.slot)\(worker)"
  }

  /// The step's workers, those with the most groups first: which of the groups it was can't be told.
  private static func origin(_ workers: [UInt32: String]) -> String {
    guard !workers.isEmpty else { return "" }
    let slots = Dictionary(grouping: workers.keys) { workers[$0] ?? "" }.mapValues { $0.sorted() }
      .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    return "; its groups are those of "
      + list(slots.map { "\($0.key) (slot\($0.value.count == 1 ? "" : "s") \(list($0.value.map { "\($0)" })))" })
  }

  private static func list(_ texts: [String]) -> String {
    let rest = texts.count - named
    return texts.prefix(named).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
