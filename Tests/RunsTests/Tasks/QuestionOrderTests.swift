import Runs
import Synchronization
import Testing

@Suite struct QuestionOrderTests {
  /// SeededRandom's finaliser of (seed, epoch, draw), cut to 24 bits: enough of a counter-based generator for these tests.
  private static func order(count: Int, questionsPerStep: Int, seed: UInt64 = 1) -> QuestionOrder {
    QuestionOrder(count: count, questionsPerStep: questionsPerStep) { epoch, draw in
      var x = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(epoch) << 32 &+ UInt64(draw)
      x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
      x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
      return Float((x ^ x >> 31) >> 40) * 0x1p-24
    }
  }

  @Test("Every epoch asks every question once", arguments: [(10, 3), (7, 7), (5, 32), (1, 4)])
  func everyEpochAsksEveryQuestionOnce(count: Int, questionsPerStep: Int) {
    var order = Self.order(count: count, questionsPerStep: questionsPerStep)
    let asked = (0..<3 * count).flatMap { order.indices(ofStep: $0) }
    for epoch in 0..<asked.count / count {
      #expect(Set(asked[epoch * count..<(epoch + 1) * count]) == Set(0..<count))
    }
  }

  @Test("A step is the same whatever was asked before") func aStepIsTheSameWhateverWasAskedBefore() {
    var inOrder = Self.order(count: 100, questionsPerStep: 32)
    let steps = (0..<20).map { inOrder.indices(ofStep: $0) }
    for step in [19, 0, 7, 7, 12] {
      var fresh = Self.order(count: 100, questionsPerStep: 32)
      #expect(fresh.indices(ofStep: step) == steps[step])
      #expect(inOrder.indices(ofStep: step) == steps[step])
    }
  }

  @Test("A slot alone has the question that it has among all") func aSlotAloneHasTheQuestionThatItHasAmongAll() {
    var order = Self.order(count: 10, questionsPerStep: 7)
    var fresh = Self.order(count: 10, questionsPerStep: 7)
    for step in [3, 0, 9, 1, 2] {
      for slot in [6, 0, 3, 5] { #expect(order.index(ofStep: step, slot: slot) == fresh.indices(ofStep: step)[slot]) }
    }
  }

  @Test("Steps across the end of an epoch do not shuffle again") func stepsAcrossTheEndOfAnEpochDoNotShuffleAgain() {
    let draws = Mutex(0)
    var order = QuestionOrder(count: 8, questionsPerStep: 6) { _, _ in
      draws.withLock { $0 += 1 }
      return 0.5
    }
    // Steps 0 and 1 ask questions 0 to 11: of two epochs.
    for _ in 0..<5 {
      for step in 0..<2 { for slot in 0..<6 { _ = order.index(ofStep: step, slot: slot) } }
    }
    #expect(draws.withLock { $0 } == 2 * 2 * 7)
  }

  @Test("Seeds and epochs differ") func seedsAndEpochsDiffer() {
    var one = Self.order(count: 50, questionsPerStep: 50)
    var two = Self.order(count: 50, questionsPerStep: 50, seed: 2)
    #expect(one.indices(ofStep: 0) != two.indices(ofStep: 0))
    #expect(one.indices(ofStep: 0) != one.indices(ofStep: 1))
  }

  @Test("The first place is uniform") func theFirstPlaceIsUniform() {
    var counts = [Int](repeating: 0, count: 8)
    var order = Self.order(count: 8, questionsPerStep: 8)
    for step in 0..<4000 { counts[order.indices(ofStep: step)[0]] += 1 }
    // Binomial(4000, 1/8): 500 expected, standard deviation 21; five of those.
    #expect(counts.allSatisfy { abs($0 - 500) < 105 }, "\(counts)")
  }

  @Test("A generator at its edge stays in bounds") func aGeneratorAtItsEdgeStaysInBounds() {
    var high = QuestionOrder(count: 1000, questionsPerStep: 1000) { _, _ in 1 - 0x1p-24 }
    #expect(Set(high.indices(ofStep: 0)).count == 1000)
    var low = QuestionOrder(count: 1000, questionsPerStep: 1000) { _, _ in 0 }
    #expect(Set(low.indices(ofStep: 0)).count == 1000)
  }
}
