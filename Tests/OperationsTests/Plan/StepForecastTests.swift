import Cluster
import Operations
import Testing

@Suite struct StepForecastTests {
  private func costs(
    groups: Int = 16, group: Double = 5, parts: Int = 16, part: Double = 8, learner: Double = 1, gradient: Double = 0, version: Double = 0,
    isSpread: Bool = true, samplesAhead: Bool = true
  ) -> StepCosts {
    StepCosts(
      groups: groups, groupSeconds: group, parts: parts, partSeconds: part, learnerSeconds: learner, gradientBytes: gradient,
      versionBytes: version, isSpread: isSpread, samplesAhead: samplesAhead)
  }

  @Test("On one host everything adds up", arguments: [true, false]) func onOneHostEverythingAddsUp(isSpread: Bool) {
    let forecast = StepForecast(costs(isSpread: isSpread), hosts: 1, link: 1e9)
    #expect(forecast.seconds == 16 * 5 + 16 * 8 + 1)
    #expect(forecast.bound == .gradients)
  }

  @Test("A step after a trial takes what the trial's did") func afterATrial() {
    let trial = TrialRun.Outcome(policyDigest: "", groupSeconds: 3, updateSeconds: 65)
    #expect(StepForecast(costs().measured(by: trial), hosts: 1, link: 1e9).seconds == 16 * 3 + 65)
    #expect(StepForecast(costs().teaching(0.5), hosts: 1, link: 1e9).seconds == 16 * 5 + 8 * 8 + 1)
  }

  @Test("On several, the busiest worker counts, and the learner's own time hides behind the sampling of the next step")
  func theBusiestWorkerCounts() {
    for (hosts, seconds) in [(2, 8.0 * 13), (3, 6 * 13), (16, 13)] {
      #expect(StepForecast(costs(), hosts: hosts, link: 1e9).seconds == seconds)
    }
    #expect(StepForecast(costs(samplesAhead: false), hosts: 16, link: 1e9).seconds == 14)
    #expect(StepForecast(costs(group: 20), hosts: 4, link: 1e9).bound == .sampling)
  }

  @Test("Where the learner computes gradients, more hosts only sample") func theLearnerComputes() {
    let two = StepForecast(costs(isSpread: false), hosts: 2, link: 1e9)
    #expect(two.seconds == 16 * 8 + 1 && two.bound == .learner)
    #expect(StepForecast(costs(isSpread: false), hosts: 100, link: 1e9).seconds == two.seconds)
  }

  @Test("A slow link holds up what is large") func aSlowLinkHoldsUp() {
    // 16 gradients of 35 MB at 100 Mbit/s take 44.8 s after the first is there.
    let forecast = StepForecast(costs(gradient: 35e6), hosts: 16, link: 1e8)
    #expect(abs(forecast.seconds - (8 + 44.8 + 1)) < 1e-9)
    #expect(forecast.bound == .link)
    // A version of 35 MB goes to 15 workers.
    #expect(abs(StepForecast(costs(version: 35e6), hosts: 16, link: 1e8).seconds - (8 + 1 + 42)) < 1e-9)
  }
}
