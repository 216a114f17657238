import EMPO
import Runs
import Testing

@Suite struct UpdateWatchTests {
  private func report(norm: Double = 0.2, skipped: Int = 0, _ extremes: [ExtremeRatio] = []) -> UpdateReport {
    var report = UpdateReport()
    report.gradientNorm = skipped > 0 ? 0 : norm
    report.skippedUpdates = skipped
    report.note(extremes)
    return report
  }

  private func extreme(_ slot: Int, _ ratio: Double = 6.07e-12) -> ExtremeRatio {
    ExtremeRatio(slot: slot, sample: 1, position: 2, ratio: ratio)
  }

  @Test("Healthy steps give no warning: the demonstration's norms, and steps without an update")
  func healthy() {
    let norms = [
      0.215, 0.199, 0.202, 0.225, 0.233, 0.207, 0.208, 0.206, 0.2, 0.191, 0.196, 0.207, 0.195, 0.163, 0.168, 0.185, 0.166, 0.164, 0.14,
      0.141, 0.131, 0.142, 0.124, 0.126, 0.13, 0.108, 0.106, 0.117, 0.257, 0.164, 0.106, 0.146, 0.096, 0.095, 0.109, 0.103, 0.102, 0.135,
      0.108, 0.123, 0.11, 0.136, 0.204, 0.195, 0.137, 0.159, 0.403, 0.212, 0.145, 0.176, 0, 0, 0.1,
    ]
    var watch = UpdateWatch()
    for norm in norms { #expect(watch.warnings(of: report(norm: norm)) == []) }
  }

  @Test("A norm above ten times the median of at most twenty steps is a jump, once there are five", arguments: [4, 5, 40])
  func jump(count: Int) {
    var watch = UpdateWatch(after: (0..<count - 2).map { report(norm: 100 - Double($0)) })
    for norm in [0.5, 0.25] { #expect(watch.warnings(of: report(norm: norm)) == []) }
    // What counts are updates that were made.
    #expect(watch.warnings(of: report(norm: 0)) == [])
    #expect(watch.warnings(of: report(skipped: 1)) == [.skippedUpdates(1)])
    let norms = ((0..<count - 2).map { 100 - Double($0) } + [0.5, 0.25]).suffix(20).sorted()
    let median = norms[norms.count / 2]
    #expect(watch.warnings(of: report(norm: 10 * median)) == [])
    let next = watch.warnings(of: report(norm: 5_000))
    #expect(next.count == (count + 1 >= 5 ? 1 : 0))
    guard case .gradientJump(5_000, let found)? = next.first else { return }
    #expect(found <= 10 * median)
  }

  @Test("A warning names the step, and slots or workers with the count of the rest")
  func lines() {
    let workers: [UInt32: String] = [0: "a", 1: "b", 2: "b", 3: "b", 4: "b", 5: "c", 6: "d"]
    #expect(
      UpdateWarning.extremeRatios([extreme(3)]).line(step: 11, workers: workers)
        == "step 12: importance ratios beyond 1e-3 to 1e3, 6.07e-12 in slot 3 (b): log-probabilities are made up, which audits find, or "
        + "the policy moves too fast, for which there is optimizer.learning_rate")
    let many = UpdateWarning.extremeRatios([extreme(0, .infinity), extreme(1, 1234.5), extreme(7), extreme(5), extreme(6)])
    #expect(many.line(step: 0, workers: workers).contains("inf in slot 0 (a), 1230.0 in slot 1 (b), 6.07e-12 in slot 7 and 2 more:"))
    #expect(
      UpdateWarning.skippedUpdates(1).line(step: 0, workers: workers)
        == "step 1: an update was skipped, because loss or gradient was not finite; its groups are those of b (slots 1, 2, 3 and 1 more), "
        + "a (slot 0), c (slot 5) and 1 more")
    #expect(
      UpdateWarning.skippedUpdates(2).line(step: 0, workers: [:])
        == "step 1: 2 updates were skipped, because loss or gradient was not finite")
    #expect(
      UpdateWarning.gradientJump(norm: 31.4159, median: 0.12345).line(step: 7, workers: [0: "a"])
        == "step 8: the gradient norm is 31.4, after 0.123 in the median; its groups are those of a (slot 0)")
  }
}
