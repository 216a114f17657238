import Cluster
import EMPO

/// Who is told of updates that no healthy run makes, and of a run that collapses, and who is named.
package struct UpdateConcern: Sendable {
  private var watch: UpdateWatch
  private let workers: @Sendable (UInt32) -> [UInt32: String]
  private let log: @Sendable (String) -> Void

  /// - Parameters:
  ///   - watch: What was seen of the updates of steps before.
  ///   - workers: Who sampled a step's groups, by slot. Asked for steps that a warning is about.
  ///   - log: Takes each warning.
  package init(
    _ watch: UpdateWatch, workers: @escaping @Sendable (UInt32) -> [UInt32: String], log: @escaping @Sendable (String) -> Void
  ) {
    self.watch = watch
    self.workers = workers
    self.log = log
  }

  /// The warnings of the next step, which are logged.
  mutating func lines(of record: StepRecord) -> [String] {
    let warnings = watch.warnings(of: record.figures.update)
    let workers = warnings.isEmpty ? [:] : workers(record.step)
    let alarms = record.figures.update.collapse?.alarms ?? []
    let lines = warnings.map { $0.line(step: record.step, workers: workers) } + alarms.map { "step \(record.step + 1): \($0)" }
    lines.forEach(log)
    return lines
  }
}
