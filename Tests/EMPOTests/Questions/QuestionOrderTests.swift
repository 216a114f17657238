import EMPO
import Synchronization
import Testing

@Suite struct QuestionOrderTests {
  /// SeededRandom's finaliser of (seed, epoch, draw), cut to 24 bits: enough of a counter-based generator for these tests.
  static func order(count: Int, seed: UInt64 = 1) -> QuestionOrder {
    QuestionOrder(count: count) { epoch, draw in
      var x = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(epoch) << 32 &+ UInt64(draw)
      x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
      x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
      return Float((x ^ x >> 31) >> 40) * 0x1p-24
    }
  }

  private static func questions(_ order: inout QuestionOrder, epoch: Int) -> [Int] {
    (0..<order.count).map { order.question(epoch: epoch, place: $0) }
  }

  @Test("Every epoch asks every question once", arguments: [10, 7, 5, 1]) func everyEpochAsksEveryQuestionOnce(count: Int) {
    var order = Self.order(count: count)
    for epoch in 0..<5 { #expect(Set(Self.questions(&order, epoch: epoch)) == Set(0..<count)) }
  }

  @Test("An epoch is the same whatever was asked before") func anEpochIsTheSameWhateverWasAskedBefore() {
    var inOrder = Self.order(count: 100)
    let epochs = (0..<20).map { Self.questions(&inOrder, epoch: $0) }
    for epoch in [19, 0, 7, 7, 12] {
      var fresh = Self.order(count: 100)
      #expect(Self.questions(&fresh, epoch: epoch) == epochs[epoch])
      #expect(Self.questions(&inOrder, epoch: epoch) == epochs[epoch])
    }
  }

  @Test("Steps across the end of an epoch do not shuffle again") func stepsAcrossTheEndOfAnEpochDoNotShuffleAgain() {
    let draws = Mutex(0)
    var order = QuestionOrder(count: 8) { _, _ in
      draws.withLock { $0 += 1 }
      return 0.5
    }
    for _ in 0..<5 { for epoch in 0..<2 { for place in [6, 0, 3, 5] { _ = order.question(epoch: epoch, place: place) } } }
    #expect(draws.withLock { $0 } == 2 * 2 * 7)
  }

  @Test("Seeds and epochs differ") func seedsAndEpochsDiffer() {
    var one = Self.order(count: 50)
    var two = Self.order(count: 50, seed: 2)
    #expect(Self.questions(&one, epoch: 0) != Self.questions(&two, epoch: 0))
    #expect(Self.questions(&one, epoch: 0) != Self.questions(&one, epoch: 1))
  }

  @Test("The first place is uniform") func theFirstPlaceIsUniform() {
    var counts = [Int](repeating: 0, count: 8)
    var order = Self.order(count: 8)
    for epoch in 0..<4000 { counts[order.question(epoch: epoch, place: 0)] += 1 }
    // Binomial(4000, 1/8): 500 expected, standard deviation 21; five of those.
    #expect(counts.allSatisfy { abs($0 - 500) < 105 }, "\(counts)")
  }

  @Test("A generator at its edge stays in bounds") func aGeneratorAtItsEdgeStaysInBounds() {
    var high = QuestionOrder(count: 1000) { _, _ in 1 - 0x1p-24 }
    #expect(Set(Self.questions(&high, epoch: 0)).count == 1000)
    var low = QuestionOrder(count: 1000) { _, _ in 0 }
    #expect(Set(Self.questions(&low, epoch: 0)).count == 1000)
  }
}
