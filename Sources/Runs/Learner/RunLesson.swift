package import EMPO
import Files

/// What the groups of a run's steps taught together.
package struct RunLesson: Sendable, Equatable {
  /// Groups that carried a gradient.
  package private(set) var keptGroups = 0
  /// Groups that carried none.
  package private(set) var droppedGroups = 0
  /// Those groups by the reason why.
  package private(set) var dropReasons: [DropReason: Int] = [:]
  /// Response tokens that the policy was updated on.
  package private(set) var trainedTokens = 0

  /// Adds up the figures of steps.
  package init(of steps: [UpdateReport]) {
    for update in steps {
      keptGroups += update.keptGroups
      droppedGroups += update.droppedGroups
      dropReasons.merge(update.dropReasons, uniquingKeysWith: +)
      trainedTokens += update.trainedTokens
    }
  }

  /// Says that nothing was ever learned and why, the most frequent reason first; nil for a run that learned.
  package var warning: String? {
    guard trainedTokens == 0, keptGroups + droppedGroups > 0 else { return nil }
    if keptGroups > 0 {
      return
        "nothing was learned: \(counted(keptGroups, "group")) could have trained the model, but no update had a finite loss and gradient"
    }
    let reasons = dropReasons.isEmpty ? "" : ": \(dropReasons.summary)"
    return "nothing was learned: none of the \(counted(droppedGroups, "group")) trained the model\(reasons)"
  }
}
