import Cluster
import Dashboard
import Testing

@Suite struct LivenessTests {
  @Test(
    "A loop lives that turned lately",
    arguments: [
      (.notBegun, false, "not begun"), (.turned(ago: 0), true, "0 ms ago"), (.turned(ago: 29_999), true, "29999 ms ago"),
      (.turned(ago: 30_000), false, "stands: it turned 30 s ago"), (.turned(ago: .max), false, "stands"), (.ended, true, "has ended"),
    ] as [(Pulse.Reading, Bool, String)])
  func aLoopLivesThatTurnedLately(reading: Pulse.Reading, isGood: Bool, says: String) {
    let health = Liveness.health(of: reading, loop: "the learner's loop")
    #expect(health.isGood == isGood)
    #expect(health.line.hasPrefix("the learner's loop ") && health.line.contains(says) && !health.line.contains("\n"))
  }

  @Test("A pulse that nobody felt has not begun") func aPulseThatNobodyFeltHasNotBegun() {
    #expect(Pulse().reading == .notBegun)
  }
}
