import EMPO
import Foundation
import Testing

@Suite struct CollapseGuardTests {
  /// A step of a run, as the guard sees it: eight questions with four responses each.
  private struct Step {
    /// Of the four responses to a question, those that give its own answer.
    var agreeing = 2
    /// The share of questions that are answered alike.
    var alike = 0
    var empty = 0
    var update = UpdateReport()

    init(_ change: (inout Step) -> Void = { _ in }) {
      update.meanLength = 30
      update.gradientNorm = 0.2
      change(&self)
    }

    func groups(_ step: Int) -> [PromptedGroup] {
      (0..<8).map { place in
        let question = 8 * step + place
        let own = place < alike ? "0" : "\(question)"
        let answers = (0..<4).map { $0 < empty ? "" : $0 < empty + agreeing ? own : "\(question).\($0)" }
        return .asking(Int32(question), answers)
      }
    }
  }

  private func guarding(_ action: GuardAction = .stop, lag: Int = 1, tolerance: Double = 0.03) -> CollapseGuard {
    CollapseGuard(GuardOptions(action: action, window: 3, tolerance: tolerance, lag: lag))
  }

  /// Plays steps, from 0 on.
  private func play(_ steps: [Step], _ watch: inout CollapseGuard, probes: [Int: Double] = [:]) -> [GuardReport] {
    steps.enumerated().map { index, step in
      watch.note(
        step: index, groups: step.groups(index), update: step.update,
        probes: probes[index - 1].map { [LabelledProbe(version: index - 1, accuracy: $0)] } ?? [])
    }
  }

  private let usual = Array(repeating: Step(), count: 5)

  @Test("A run that comes to agree with itself raises no alarm")
  func healthy() {
    let steps = (0..<40).map { index in
      Step {
        $0.agreeing = 1 + index / 12
        $0.update.meanLength = 27 + Double(index)
        $0.update.gradientNorm = index == 20 ? 0.7 : 0.2
        $0.update.clippedShare = index % 7 == 0 ? 0.0004 : 0
        $0.update.truncatedShare = 0.002
      }
    }
    var watch = guarding()
    let reports = play(steps, &watch, probes: [0: 0.51, 10: 0.88, 20: 0.992, 30: 0.984])
    #expect(reports.allSatisfy { $0.alarms.isEmpty && $0.alarmCount == 0 && $0.end == nil })
    #expect(reports.map(\.soundVersion) == [0, 0] + Array(1..<39))
    #expect(watch.state.best == LabelledProbe(version: 20, accuracy: 0.992))
  }

  /// Changes of a step, each of which is one way down.
  private static let ways: [(GuardFigure, @Sendable (inout Step) -> Void)] = [
    (.clippedTokens, { $0.update.clippedShare = 0.011 }), (.sharedAnswers, { $0.alike = 8 }), (.emptyAnswers, { $0.empty = 2 }),
    (.truncatedResponses, { $0.update.truncatedShare = 0.4 }), (.shortResponses, { $0.update.meanLength = 11 }),
    (.divergence, { $0.update.divergence = 1.5 }), (.gradientNorm, { $0.update.gradientNorm = 2.5 }),
  ]

  @Test("Every way down is named, and ends the run after what is leased", arguments: ways.indices, 0...2)
  func everyWay(_ index: Int, lag: Int) throws {
    let (figure, change) = Self.ways[index]
    var watch = guarding(lag: lag)
    let reports = play(usual + Array(repeating: Step(change), count: 8), &watch)
    let first = try #require(reports.firstIndex { !$0.alarms.isEmpty })
    #expect(reports[first].alarms.map(\.figure) == [figure])
    // Two of three steps are needed, or for a figure of eight steps as many as make a difference.
    #expect(figure == .sharedAnswers ? first > 6 : first == 6)
    let end = first + 1 + lag
    #expect(reports[..<first].allSatisfy { $0.end == nil } && reports[first...].allSatisfy { $0.end == end })
    #expect(watch.state.decision?.version == first + 1)
    let line = reports[first].alarms[0].description
    #expect(line.contains("since version \(5 - lag)") || figure == .sharedAnswers, "\(line)")
    #expect(!line.contains("\n"))
    // Fast updates say nothing against the policy at hand.
    let isOfThePolicy = ![.clippedTokens, .gradientNorm].contains(figure)
    #expect((reports[first].soundVersion < first - lag) == isOfThePolicy)
  }

  @Test("Updates far behind their samples may clip more", arguments: [(1, 0.006, true), (4, 0.011, false), (4, 0.035, true)])
  func clippingByLag(lag: Int, share: Double, isAlarm: Bool) {
    var watch = guarding(lag: lag)
    let reports = play(usual + Array(repeating: Step { $0.update.clippedShare = share }, count: 6), &watch)
    #expect(reports.contains { !$0.alarms.isEmpty } == isAlarm)
  }

  @Test("A run that goes on with a shorter window is watched by it")
  func shorterWindow() {
    var watch = guarding(.warn)
    _ = play(usual, &watch)
    var shorter = CollapseGuard(GuardOptions(action: .warn, window: 1, tolerance: 0.03, lag: 1), state: watch.state)
    let report = shorter.note(step: 5, groups: Step().groups(5), update: Step { $0.update.clippedShare = 0.5 }.update)
    #expect(report.alarms.map(\.figure) == [.clippedTokens])
  }

  @Test("A version that no run has is told from others", arguments: [("end", -5), ("end", 1 << 40), ("soundVersion", -1)])
  func impossibleVersions(name: String, version: Int) throws {
    var watch = guarding()
    _ = play(usual + Array(repeating: Step { $0.update.clippedShare = 0.5 }, count: 4), &watch)
    #expect(watch.state.end != nil && watch.state.isPossible)
    var fields = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(watch.state)) as? [String: Any])
    fields[name] = version
    let changed = try JSONDecoder().decode(CollapseGuard.State.self, from: JSONSerialization.data(withJSONObject: fields))
    #expect(!changed.isPossible)
  }

  @Test("A single step alarms nobody", arguments: ways.indices)
  func once(_ index: Int) {
    guard Self.ways[index].0 != .sharedAnswers else { return }
    var watch = guarding()
    let reports = play(usual + [Step(Self.ways[index].1)] + usual + [Step(Self.ways[index].1)] + usual, &watch)
    #expect(reports.allSatisfy { $0.alarms.isEmpty })
  }

  @Test("A model that unlearns what it was sure of is noticed where questions come again")
  func flips() throws {
    func groups(_ answer: String) -> [PromptedGroup] { (0..<8).map { .asking($0, Array(repeating: "\(answer)\($0)", count: 4)) } }
    var watch = guarding()
    var reports: [GuardReport] = []
    for step in 0..<12 {
      reports.append(watch.note(step: step, groups: groups(step < 6 ? "1" : "2"), update: Step().update))
    }
    #expect(reports[5].answers.flippedShare == 0 && reports[6].answers.flippedShare == 1)
    #expect(reports.firstIndex { !$0.alarms.isEmpty } == 7)
    #expect(reports[7].alarms.map(\.figure) == [.flippedMajorities])
  }

  @Test("A rise of the tokens' entropy is noticed, a fall is not", arguments: [(-0.1, false), (-1.5, true)])
  func entropy(logProbability: Float, isAlarm: Bool) {
    var watch = guarding()
    var reports: [GuardReport] = []
    for step in 0..<9 {
      var groups = Step().groups(step)
      if step > 4 {
        for group in groups.indices {
          for response in 0..<4 { groups[group].group.responses[response].tokenLogProbabilities = [logProbability, logProbability] }
        }
      }
      reports.append(watch.note(step: step, groups: groups, update: Step().update))
    }
    #expect(reports.contains { !$0.alarms.isEmpty } == isAlarm)
  }

  @Test("Labelled questions decide by the distance from the best, and a new best ends the alarm")
  func probes() {
    var watch = guarding(.warn)
    let reports = play(Array(repeating: Step(), count: 12), &watch, probes: [0: 0.4, 2: 0.66, 4: 0.64, 6: 0.6, 8: 0.55, 10: 0.7])
    #expect(reports.map { $0.alarms.map(\.since) } == [[], [], [], [], [], [], [], [4], [], [], [], []])
    #expect(reports.map(\.alarmCount) == [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0])
    #expect(reports.map(\.soundVersion) == [0, 0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 10])
    #expect(reports.allSatisfy { $0.end == nil })
    #expect(watch.state.best == LabelledProbe(version: 10, accuracy: 0.7))
    #expect(watch.state.history.map(\.figure) == [.heldOut])
  }

  @Test("A tolerance decides", arguments: [(0.03, false), (0.01, true)])
  func tolerance(_ tolerance: Double, isAlarm: Bool) {
    var watch = guarding(tolerance: tolerance)
    let reports = play(Array(repeating: Step(), count: 6), &watch, probes: [0: 0.98, 2: 0.96])
    #expect(reports.contains { !$0.alarms.isEmpty } == isAlarm)
  }

  @Test("A guard that warns never ends a run")
  func warning() {
    var watch = guarding(.warn)
    let reports = play(usual + Array(repeating: Step { $0.update.clippedShare = 0.02 }, count: 9), &watch)
    #expect(reports.flatMap(\.alarms).count == 1)
    #expect(reports.allSatisfy { $0.end == nil } && watch.state.decision == nil)
  }

  @Test("A guard that goes on from its kept state says what one without a break says", arguments: [1, 4, 6, 7, 9])
  func resumption(at step: Int) throws {
    var steps = usual + Array(repeating: Step { $0.empty = 2 }, count: 6)
    steps[3].update.gradientNorm = .infinity
    steps[8].update.divergence = .nan
    var whole = guarding()
    let expected = play(steps, &whole, probes: [2: 0.5])
    var first = guarding()
    _ = play(Array(steps[..<step]), &first, probes: [2: 0.5])
    let kept = try JSONDecoder().decode(CollapseGuard.State.self, from: JSONEncoder().encode(first.state))
    #expect(kept == first.state)
    var second = CollapseGuard(first.options, state: kept)
    for index in step..<steps.count {
      let probes = index == 3 ? [LabelledProbe(version: 2, accuracy: 0.5)] : []
      let report = second.note(step: index, groups: steps[index].groups(index), update: steps[index].update, probes: probes)
      #expect(report == expected[index])
    }
    #expect(second.state == whole.state)
  }

  @Test("A report's names stay, and it comes back without its alarms")
  func names() throws {
    var report = GuardReport(answers: AnswerFigures(), soundVersion: 3, alarmCount: 1, end: 7)
    report.answers.flippedShare = 0.25
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(report), as: UTF8.self)
    #expect(
      text == #"{"distinct_answers":0,"empty_share":0,"flipped_share":0.25,"guard_alarms":1,"guard_end":7,"guard_policy_alarms":0,"#
        + #""guard_sound_version":3,"majority_share":0,"shared_answer_share":0,"token_entropy":0}"#)
    #expect(try JSONDecoder().decode(GuardReport.self, from: Data(text.utf8)) == report)
  }
}
