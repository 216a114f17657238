public import EMPO

/// Ends a run whose updates are skipped one after the other: it computes, and learns nothing.
///
/// It ends at the job after the update that reached the limit. So that update's step is in the ledger like any other, a resumed run passes
/// over it without counting it again, and the limit counts anew from the first step that was not trained before.
public struct SkippedUpdateLimit: Sendable {
  /// Skipped updates in a row that end the run; 0 for any number.
  public let limit: Int

  /// The steps that earlier lives of the learner trained, whose updates don't count.
  private let trainedSteps: UInt32

  /// The latest skipped updates that no other update follows, and the step of the first.
  private var latest = (count: 0, first: UInt32(0))

  /// Creates a limit; by default none.
  public init(_ limit: Int = 0, trainedSteps: UInt32 = 0) {
    self.limit = limit
    self.trainedSteps = trainedSteps
  }

  /// Counts a step's updates. A step that also made one counts as none, and one without any changes nothing.
  public mutating func note(_ report: UpdateReport, ofStep step: UInt32) {
    if report.trainedTokens > 0 { latest.count = 0 }
    guard step >= trainedSteps, report.trainedTokens == 0, report.skippedUpdates > 0 else { return }
    if latest.count == 0 { latest.first = step }
    latest.count += report.skippedUpdates
  }

  /// Throws once the limit is reached.
  public func check() throws(RunsError) {
    guard limit > 0, latest.count >= limit else { return }
    throw RunsError(
      .update,
      "\(latest.count) updates in a row were skipped from step \(latest.first + 1) on, because loss or gradient was not finite: "
        + "find the cause among the workers and settings that the warnings name, and go on with --resume; "
        + "with skipped_updates_limit: 0 they end no run"
    )
  }
}
