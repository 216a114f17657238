import Cluster
import EMPO
import Files
import Wire

extension StepVerdict {
  /// Compares a step's groups with what the run asks and what their tokens come to.
  ///
  /// - Parameters:
  ///   - recorded: In slot order.
  ///   - asked: What each slot asks.
  mutating func compare(_ recorded: [AcceptedGroup], asked: [TaskContent], judge: RunJudge, objective: ObjectiveOptions) throws {
    let places = zip(recorded, asked).enumerated()
    note(
      "questions", "of \(counted(asked.count, "slot"))",
      difference: places.first { $1.0.questionID != $1.1.questionID }.map { slot, pair in
        "slot \(slot): \(told(pair.0.questionID.debugDescription, pair.1.questionID.debugDescription))"
      })
    let computed = try zip(recorded, asked).map { group, content in
      guard let own = try judge.score(group.result.group, of: group.result.item, answering: content) else {
        preconditionFailure("a judge that scores again has what it takes")
      }
      return own
    }
    compare(recorded.map(\.result.group), with: computed, objective: objective)
  }

  /// Compares a step's groups with their scores as the tokens give them. Both in slot order.
  private mutating func compare(_ recorded: [ScoredGroup], with computed: [ScoredGroup], objective: ObjectiveOptions) {
    let pairs = Array(zip(recorded, computed))
    let count = recorded.reduce(0) { $0 + $1.responses.count }
    note(
      "answers", "of \(counted(count, "response"))",
      difference: firstSample(pairs) { $0.answer == $1.answer ? nil : told($0.answer.debugDescription, $1.answer.debugDescription) })
    let clusters = firstSample(pairs) { $0.cluster == $1.cluster ? nil : told($0.cluster, $1.cluster) }
    let entropies = firstSlot(pairs) { isSame($0.semanticEntropy, $1.semanticEntropy) ? nil : told($0.semanticEntropy, $1.semanticEntropy) }
    note("clusters", "of \(counted(recorded.count, "group"))", difference: clusters)
    note("semantic entropy", "of \(counted(recorded.count, "group"))", difference: entropies)
    note(
      "rewards", "of \(counted(count, "response"))",
      difference: firstSample(pairs) { isSame($0.reward, $1.reward) ? nil : told($0.reward, $1.reward) }
    )
    let kept = recorded.count(where: \.isKept)
    note(
      "kept or dropped", "\(kept) kept, \(recorded.count - kept) dropped",
      difference: firstSlot(pairs) { $0.isKept == $1.isKept ? nil : told($0.isKept ? "kept" : "dropped", $1.isKept ? "kept" : "dropped") })
    note(
      "advantages", "of \(counted(count, "response"))",
      difference: firstSlot(pairs, then: " ") { record, own in
        let advantages = zip(record.advantages(objective), own.advantages(objective))
        return advantages.enumerated().first { !isSame($1.0, $1.1) }.map { "sample \($0): \(told($1.0, $1.1))" }
      })
  }

  /// Compares what an update's record says with what making the update again found.
  mutating func compare(_ recorded: UpdateReport, with computed: UpdateReport) {
    note(Self.loss, "\(recorded.loss)", difference: unlike(recorded.loss, computed.loss))
    note(Self.gradientNorm, "\(recorded.gradientNorm)", difference: unlike(recorded.gradientNorm, computed.gradientNorm))
    let (figures, again) = (recorded.otherFigures, computed.otherFigures)
    let found = zip(figures, again).compactMap { figure, own in
      unlike(figure.value, own.value).map { "\(figure.name): \($0)" }
    }
    note("other figures", "\(figures.count), such as the shares of clipped and truncated", difference: found.first)
  }

  /// Compares what the guard's record says of a step with what it finds again; `end` is the version with which it ends the run.
  mutating func compare(_ recorded: GuardReport?, with computed: GuardReport?, end: UInt32?) {
    // One that only warns may have been turned on or off since.
    guard let recorded, var computed else { return }
    computed.alarms = recorded.alarms
    var difference = recorded == computed ? nil : "its figures are recorded otherwise"
    if let end, step >= end { difference = "it ends the run with version \(end), and the run went on" }
    note("guard", "\(counted(computed.alarmCount, "alarm")), sound version \(computed.soundVersion)", difference: difference)
  }

  /// The first pair of groups that differ, with their slot.
  private func firstSlot(
    _ pairs: [(ScoredGroup, ScoredGroup)], then separator: String = ": ", _ find: (ScoredGroup, ScoredGroup) -> String?
  ) -> String? {
    for (slot, pair) in pairs.enumerated() {
      if let found = find(pair.0, pair.1) { return "slot \(slot)\(separator)\(found)" }
    }
    return nil
  }

  /// The first pair of responses that differ, with their slot and sample.
  private func firstSample(
    _ pairs: [(ScoredGroup, ScoredGroup)], _ find: (ScoredResponse, ScoredResponse) -> String?
  ) -> String? {
    firstSlot(pairs, then: " ") { record, own in
      for (sample, pair) in zip(record.responses, own.responses).enumerated() {
        if let found = find(pair.0, pair.1) { return "sample \(sample): \(found)" }
      }
      return nil
    }
  }
}

/// How a difference is told.
func told(_ recorded: some CustomStringConvertible, _ computed: some CustomStringConvertible) -> String {
  "recorded \(recorded), computed \(computed)"
}

/// How two figures differ; nil where they are one.
private func unlike(_ recorded: Double, _ computed: Double) -> String? {
  isSame(recorded, computed) ? nil : told(recorded, computed)
}

/// Whether two figures are one, bit for bit; one that is not a number is any other such.
private func isSame(_ left: Double, _ right: Double) -> Bool {
  left.bitPattern == right.bitPattern || left.isNaN && right.isNaN
}

extension ScoredGroup {
  fileprivate func advantages(_ objective: ObjectiveOptions) -> [Double] {
    objective.advantage.advantages(of: responses.map(\.reward))
  }
}

extension UpdateReport {
  /// The figures beside loss and gradient norm that the update alone decides, and no clock.
  fileprivate var otherFigures: [(name: String, value: Double)] {
    [
      ("kept groups", Double(keptGroups)), ("dropped groups", Double(droppedGroups)), ("mean reward", meanReward),
      ("semantic entropy", semanticEntropy), ("mean length", meanLength), ("truncated share", truncatedShare),
      ("clipped share", clippedShare), ("divergence", divergence), ("smallest ratio", minimumRatio), ("largest ratio", maximumRatio),
      ("groups with an extreme ratio", Double(extremeRatioGroups)), ("learning rate", learningRate),
      ("trained tokens", Double(trainedTokens)), ("processed tokens", Double(processedTokens)), ("skipped updates", Double(skippedUpdates)),
    ] + DropReason.allCases.map { ("groups dropped as \($0.rawValue)", Double(dropReasons[$0, default: 0])) }
  }
}
