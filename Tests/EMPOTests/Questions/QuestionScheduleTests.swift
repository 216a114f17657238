import EMPO
import Foundation
import Testing

@Suite struct QuestionScheduleTests {
  /// The group that a question gets: unanimous, or split.
  private static func group(isUnanimous: Bool, answer: String = "1") -> ScoredGroup {
    let responses = (0..<2).map { sample in
      ScoredResponse(
        tokens: [1], tokenLogProbabilities: [-1], isTruncated: false, answer: answer, cluster: isUnanimous ? 0 : sample, reward: 1)
    }
    return ScoredGroup(responses: responses, semanticEntropy: 0, isKept: true)
  }

  /// Question q at place q of every epoch.
  private static func inTurn(_ count: Int) -> QuestionOrder { QuestionOrder(count: count) { _, _ in 1 - 0x1p-24 } }

  private static func schedule(
    _ order: QuestionOrder, slots: Int, lag: Int = 0, skip: Int, step: Int = 0, kept: QuestionSchedule.State? = nil
  ) throws -> QuestionSchedule {
    try QuestionSchedule(order, questionsPerStep: slots, lag: lag, skippedEpochs: skip, step: step, kept: kept)
  }

  /// What the steps of a run ask in which `easy` questions are always unanimous.
  private static func asked(_ schedule: inout QuestionSchedule, steps: Int, easy: Set<Int>) -> [QuestionSchedule.PlannedStep] {
    (0..<steps).compactMap { _ in
      guard let planned = schedule[schedule.step] else { return nil }
      schedule.finish(planned.questions.map { group(isUnanimous: easy.contains($0)) })
      return planned
    }
  }

  @Test("Without skipping, slots take the questions in turn", arguments: [(10, 3, 0), (7, 7, 1), (5, 32, 2), (1, 4, 1)])
  func inTurn(count: Int, slots: Int, lag: Int) throws {
    var order = QuestionOrderTests.order(count: count)
    var schedule = try Self.schedule(order, slots: slots, lag: lag, skip: 0)
    let asked = Self.asked(&schedule, steps: 30, easy: Set(0..<count))
    #expect(asked.flatMap(\.questions) == (0..<30 * slots).map { order.question(epoch: $0 / count, place: $0 % count) })
    #expect(asked.allSatisfy { $0.skipped == 0 } && schedule.kept == nil)
    // A step alone says what is asked: a checkpoint keeps nothing.
    for step in [0, 1, 11, 29] {
      #expect(try Self.schedule(order, slots: slots, lag: lag, skip: 0, step: step)[step] == asked[step])
    }
  }

  @Test("A question is left out for n epochs after a unanimous group", arguments: 1...3) func forSoManyEpochs(skip: Int) throws {
    var schedule = try Self.schedule(Self.inTurn(4), slots: 1, skip: skip)
    let asked = Self.asked(&schedule, steps: 40, easy: [1])
    let epochs = asked.filter { $0.questions == [1] }.flatMap(\.epochs)
    #expect(epochs == (0..<epochs.count).map { $0 * (skip + 1) } && epochs.count > 2)
    for question in [0, 2, 3] {
      #expect(asked.filter { $0.questions == [question] }.flatMap(\.epochs).prefix(8) == [0, 1, 2, 3, 4, 5, 6, 7])
    }
    // Every place that was passed over is counted once, before the question that follows.
    #expect(asked.prefix(3 * skip + 5).map(\.skipped).reduce(0, +) == skip)
    #expect(asked[5] == .init(questions: [2], epochs: [1], skipped: 1))
  }

  @Test("A split group ends it") func aSplitGroupEndsIt() throws {
    var schedule = try Self.schedule(Self.inTurn(2), slots: 1, skip: 1)
    // Question 0 is unanimous in epoch 0, split in epoch 2, and so asked in epoch 3.
    var epochs: [Int] = []
    for _ in 0..<12 {
      let planned = try #require(schedule[schedule.step])
      if planned.questions == [0] { epochs += planned.epochs }
      schedule.finish([Self.group(isUnanimous: planned.questions == [0] && planned.epochs == [0])])
    }
    #expect(epochs.prefix(4) == [0, 2, 3, 4])
  }

  @Test("Where all questions would be left out, none is", arguments: [(3, 1, 1), (3, 2, 5), (1, 4, 2), (4, 9, 1)])
  func allUnanimous(count: Int, slots: Int, skip: Int) throws {
    for lag in 0...2 {
      var schedule = try Self.schedule(Self.inTurn(count), slots: slots, lag: lag, skip: skip)
      let asked = Self.asked(&schedule, steps: 60, easy: Set(0..<count))
      // An epoch may end in the middle of a step, before the others' groups are known; but never does a step lack a question.
      #expect(asked.allSatisfy { $0.questions.count == slots })
      #expect(Set(asked.suffix(20).flatMap(\.questions)) == Set(0..<count))
    }
    var schedule = try Self.schedule(Self.inTurn(3), slots: 3, skip: 1)
    #expect(Self.asked(&schedule, steps: 4, easy: [0, 1, 2]).allSatisfy { $0.questions == [0, 1, 2] && $0.skipped == 0 })
  }

  @Test("An epoch of several steps that leaves out none leaves out none to its end", arguments: [1, 2, 9]) func toItsEnd(skip: Int) throws {
    let order = Self.inTurn(6)
    var schedule = try Self.schedule(order, slots: 2, skip: skip)
    var states: [QuestionSchedule.State?] = []
    for step in 0..<9 {
      let planned = try #require(schedule[step])
      #expect(planned.questions == [2 * step % 6, 2 * step % 6 + 1] && planned.skipped == 0)
      states.append(schedule.kept)
      schedule.finish(planned.questions.map { _ in Self.group(isUnanimous: true) })
    }
    // A schedule that goes on from the middle of such an epoch knows it, too.
    var resumed = try Self.schedule(order, slots: 2, skip: skip, step: 4, kept: states[4])
    for _ in 4..<9 { resumed.finish((0..<2).map { _ in Self.group(isUnanimous: true) }) }
    #expect(resumed.kept == schedule.kept)
  }

  @Test("A step follows from the groups before its policy version alone", arguments: 0...3) func lag(lag: Int) throws {
    // Two runs whose groups differ in one step only: what is asked differs from lag + 1 steps later on, and not before.
    for changed in 0..<6 {
      func steps(isUnanimous: Bool) throws -> [[Int]] {
        var schedule = try Self.schedule(QuestionOrderTests.order(count: 6), slots: 3, lag: lag, skip: 2)
        return try (0..<12).map { step in
          let planned = try #require(schedule[step])
          schedule.finish(planned.questions.map { _ in Self.group(isUnanimous: step == changed && isUnanimous) })
          return planned.questions
        }
      }
      let (one, other) = (try steps(isUnanimous: true), try steps(isUnanimous: false))
      #expect(one.prefix(changed + lag + 1) == other.prefix(changed + lag + 1))
      #expect(one != other)
    }
  }

  @Test("A schedule that a checkpoint kept goes on as the other", arguments: [(0, 1), (1, 1), (2, 3)]) func kept(lag: Int, skip: Int) throws
  {
    let order = QuestionOrderTests.order(count: 13)
    func outcome(_ question: Int, _ step: Int) -> ScoredGroup { Self.group(isUnanimous: (question * 7 + step * 5) % 3 > 0) }
    var schedule = try Self.schedule(order, slots: 5, lag: lag, skip: skip)
    var states: [QuestionSchedule.State?] = []
    var asked: [QuestionSchedule.PlannedStep] = []
    for step in 0..<20 {
      states.append(schedule.kept)
      let planned = try #require(schedule[step])
      asked.append(planned)
      schedule.finish(planned.questions.map { outcome($0, step) })
    }
    #expect(asked.map(\.skipped).reduce(0, +) > 10)
    for begin in [1, 7, 19] {
      let written = try JSONEncoder().encode(states[begin])
      let read = try JSONDecoder().decode(QuestionSchedule.State.self, from: written)
      var resumed = try Self.schedule(order, slots: 5, lag: lag, skip: skip, step: begin, kept: read)
      for step in begin..<20 {
        let planned = try #require(resumed[step])
        #expect(planned == asked[step])
        resumed.finish(planned.questions.map { outcome($0, step) })
      }
      #expect(resumed.kept == schedule.kept)
    }
  }

  @Test("A state of another run is refused") func foreignStates() throws {
    let order = Self.inTurn(4)
    let planned = QuestionSchedule.PlannedStep(questions: [0, 1], epochs: [0, 0])
    let good = QuestionSchedule.State(epoch: 1, place: 4, planned: [planned], unanimous: [3: 1])
    _ = try Self.schedule(order, slots: 2, skip: 1, step: 3, kept: good)
    var bad = [QuestionSchedule.State](repeating: good, count: 10)
    bad[0].epoch = -1
    bad[1].place = 5
    bad[2].planned = []
    bad[3].planned[0].questions = [0]
    bad[4].planned[0].questions = [0, 4]
    bad[5].planned[0].epochs = [0, 2]
    bad[6].planned[0].skipped = -1
    bad[7].unanimous = [4: 0]
    bad[8].unanimous = [0: 2]
    bad[9].epoch = .max
    for state in bad { #expect(throws: EMPOError.self) { try Self.schedule(order, slots: 2, skip: 1, step: 3, kept: state) } }
    #expect(throws: EMPOError.self) { try Self.schedule(order, slots: 2, skip: 1, step: 3) }
  }

  @Test("A group without answers is not unanimous") func withoutAnswers() {
    // Each empty answer is a cluster of its own.
    #expect(!Self.group(isUnanimous: false, answer: "").isUnanimous)
    #expect(Self.group(isUnanimous: true).isUnanimous)
  }
}
