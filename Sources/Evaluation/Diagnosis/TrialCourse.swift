package import EMPO
import Files

/// How a run's first steps went in a trial, and the *model collapse step* of arXiv 2603.08660: the first at which fewer than one in a hundred
/// pseudo-rewards are the true ones.
///
/// That takes answers. Where there are none, the first alarm of the collapse guard that speaks against the policy stands in for it, and where
/// there are some, it counts as well: a model that stops answering gets no pseudo-reward, and truly none.
package struct TrialCourse: Sendable, Equatable {
  /// What one step showed.
  package struct Step: Sendable, Equatable {
    /// The share of the responses with a known answer whose pseudo-reward, 1 in the majority and 0 elsewhere, is the true one; nil where no
    /// answer is known.
    package var rewardAccuracy: Double?
    /// The mean share of a group in its largest cluster.
    package var majorityShare: Double
    /// The alarms that are new with it and speak against the policy.
    package var alarms: [GuardAlarm]

    /// Creates what a step showed.
    package init(rewardAccuracy: Double?, majorityShare: Double, alarms: [GuardAlarm] = []) {
      self.rewardAccuracy = rewardAccuracy
      self.majorityShare = majorityShare
      self.alarms = alarms
    }

    /// Looks at a step's groups and at what the guard made of them.
    package init(_ groups: [SurveyedGroup], _ report: GuardReport) {
      let known = groups.filter { $0.trueRewards != nil }
      let responses = known.reduce(0) { $0 + $1.size }
      self.init(
        rewardAccuracy: responses == 0 ? nil : Double(known.reduce(0) { $0 + ($1.trueRewards ?? 0) }) / Double(responses),
        majorityShare: report.answers.majorityShare, alarms: report.alarms.filter(\.figure.isOfThePolicy))
    }
  }

  /// Where the policy collapsed.
  package struct Collapse: Sendable, Equatable {
    /// The step, counted from 1.
    package var step: Int
    /// What shows it.
    package var reason: String
  }

  /// Below this share of true pseudo-rewards a policy has collapsed.
  private static let floor = 0.01

  /// The steps so far.
  package var steps: [Step]

  /// The course of some steps.
  package init(_ steps: [Step] = []) { self.steps = steps }

  /// The first step that shows a collapse; nil where none does.
  package var collapse: Collapse? {
    for (index, step) in steps.enumerated() {
      if let accuracy = step.rewardAccuracy, accuracy < Self.floor {
        return Collapse(step: index + 1, reason: "\(Figures.percent(accuracy)) of its pseudo-rewards are the true ones")
      }
      if let alarm = step.alarms.first { return Collapse(step: index + 1, reason: "\(alarm)") }
    }
    return nil
  }

  /// What speaks against the run; nil where nothing does.
  var finding: RunDiagnosis.Finding? {
    collapse.map { collapse in
      RunDiagnosis.Finding(
        verdict: .collapses,
        text: "of a trial of \(counted(steps.count, "step")), step \(collapse.step) shows a collapse: \(collapse.reason)")
    }
  }
}
