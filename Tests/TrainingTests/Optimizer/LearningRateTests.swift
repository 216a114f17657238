import Testing
import Training

@Suite struct LearningRateTests {
  struct Row: CustomTestStringConvertible {
    var schedule: LearningRateSchedule
    var warmup: Int
    var steps: Int
    /// The rate by step, as a share of the peak.
    var rates: [Int: Double]

    var testDescription: String { "\(schedule), warm-up \(warmup) of \(steps)" }
  }

  /// Expected figures are worked out by hand to 16 digits; a schedule is a handful of operations in double precision.
  static let tolerance = 1e-14

  static let table: [Row] = [
    Row(schedule: .constant, warmup: 0, steps: 10, rates: [0: 1, 1: 1, 5: 1, 9: 1]),
    Row(schedule: .constant, warmup: 4, steps: 10, rates: [0: 0.25, 1: 0.5, 2: 0.75, 3: 1, 4: 1, 9: 1]),
    Row(schedule: .linear, warmup: 0, steps: 10, rates: [0: 1, 1: 0.9, 5: 0.5, 9: 0.1]),
    Row(schedule: .linear, warmup: 2, steps: 10, rates: [0: 0.5, 1: 1, 2: 1, 3: 0.875, 6: 0.5, 9: 0.125]),
    Row(
      schedule: .cosine, warmup: 0, steps: 8, rates: [0: 1, 2: 0.8535533905932737, 4: 0.5, 6: 0.1464466094067262, 7: 0.0380602337443566]),
    Row(schedule: .cosine, warmup: 2, steps: 10, rates: [0: 0.5, 1: 1, 2: 1, 4: 0.8535533905932737, 6: 0.5, 9: 0.0380602337443566]),
    Row(schedule: .trapezoid, warmup: 0, steps: 10, rates: [0: 1, 5: 1, 6: 1, 7: 0.755, 8: 0.51, 9: 0.265]),
    Row(schedule: .trapezoid, warmup: 10, steps: 20, rates: [0: 0.1, 9: 1, 10: 1, 16: 1, 17: 0.755, 18: 0.51, 19: 0.265]),
    Row(schedule: .trapezoid, warmup: 0, steps: 1_000, rates: [599: 1, 600: 1, 999: 0.02245]),
  ]

  /// Runs in which nothing is left after the warm-up, or one step.
  static let edges = LearningRateSchedule.allCases.flatMap { schedule in
    [
      Row(schedule: schedule, warmup: 5, steps: 3, rates: [0: 0.2, 1: 0.4, 2: 0.6]),
      Row(schedule: schedule, warmup: 4, steps: 4, rates: [0: 0.25, 3: 1]),
      Row(schedule: schedule, warmup: 2, steps: 3, rates: [0: 0.5, 1: 1, 2: 1]),
      Row(schedule: schedule, warmup: 1, steps: 1, rates: [0: 1]),
      Row(schedule: schedule, warmup: 0, steps: 1, rates: [0: 1]),
    ]
  }

  @Test("Rates are those of the table", arguments: table + edges)
  func ratesAreThoseOfTheTable(row: Row) {
    for peak in [1, 3e-3] {
      let options = OptimizerOptions(learningRate: peak, schedule: row.schedule, warmupSteps: row.warmup)
      for (step, share) in row.rates {
        #expect(abs(options.rate(step: step, of: row.steps) / peak - share) <= Self.tolerance, "step \(step)")
      }
    }
  }

  @Test("A rate rises to the peak in the warm-up, never rises after it, and is never 0", arguments: LearningRateSchedule.allCases)
  func ratesRiseAndFallOnce(schedule: LearningRateSchedule) {
    for warmup in 0...6 {
      let options = OptimizerOptions(learningRate: 1, schedule: schedule, warmupSteps: warmup)
      for steps in 1...24 {
        let rates = (0..<steps).map { options.rate(step: $0, of: steps) }
        let place = Comment("warm-up \(warmup) of \(steps): \(rates)")
        #expect(rates.allSatisfy { $0 > 0 && $0 <= 1 }, place)
        #expect(steps <= warmup || rates[warmup] == 1, place)
        for step in 1..<max(1, steps) {
          #expect(step < warmup ? rates[step] > rates[step - 1] : rates[step] <= rates[step - 1] + Self.tolerance, place)
        }
      }
    }
  }
}
