import Foundation
package import Runs

/// The figures of a run's steps, as its metrics.jsonl has them: the median of each over the steps that have it.
package struct RecordedSteps: Sendable, Equatable {
  /// A step's line, of which any release may lack a figure.
  private struct Line: Decodable {
    let step: Int
    let step_seconds: Double?
    let learner_wait_share: Double?
    let worker_wait_share: Double?
    let workers: Double?
    let kept_groups: Double?
    let length: Double?
    let truncated_share: Double?
    let update_seconds: Double?
    let gradient_seconds: Double?
    let link_seconds: Double?
    let learner_seconds: Double?
    let version_bytes: Double?
  }

  /// Steps.
  package let count: Int
  /// Seconds of a step.
  let seconds: Double?
  /// The share of a step that the learner waited for groups.
  let learnerWaitShare: Double?
  /// The share of their time that workers waited.
  let workerWaitShare: Double?
  /// Workers.
  let workers: Double?
  /// Groups that carried a gradient.
  let keptGroups: Double?
  /// Tokens of a response.
  let meanLength: Double?
  /// The share of the responses that ended at the length limit.
  let truncatedShare: Double?
  /// Seconds of an update.
  let updateSeconds: Double?
  /// Seconds in which parts of gradients were computed.
  let gradientSeconds: Double?
  /// Seconds in which computed parts were on their way.
  let linkSeconds: Double?
  /// Seconds in which the learner did what it does alone.
  let learnerSeconds: Double?
  /// Bytes of a version as it is broadcast.
  let versionBytes: Double?

  /// The steps of a run; nil where it has none yet.
  package init?(of folder: RunFolder) {
    self.init(metrics: (try? String(contentsOfFile: folder.metrics, encoding: .utf8)) ?? "")
  }

  /// The steps among lines of metrics; nil where there are none. A line that is torn or no step's is passed over.
  package init?(metrics: String) {
    let decoder = JSONDecoder()
    let lines = metrics.split(whereSeparator: \.isNewline).compactMap { try? decoder.decode(Line.self, from: Data($0.utf8)) }
    guard !lines.isEmpty else { return nil }
    func median(_ figure: (Line) -> Double?) -> Double? {
      let values = lines.compactMap(figure).sorted()
      guard !values.isEmpty else { return nil }
      return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
    }
    count = lines.count
    seconds = median(\.step_seconds)
    learnerWaitShare = median(\.learner_wait_share)
    workerWaitShare = median(\.worker_wait_share)
    workers = median(\.workers)
    keptGroups = median(\.kept_groups)
    meanLength = median(\.length)
    truncatedShare = median(\.truncated_share)
    updateSeconds = median(\.update_seconds)
    gradientSeconds = median(\.gradient_seconds)
    linkSeconds = median(\.link_seconds)
    learnerSeconds = median(\.learner_seconds)
    versionBytes = median(\.version_bytes)
  }
}
