import EMPO
import Foundation
import Testing

@Suite struct ExtremeRatioTests {
  private func extreme(_ gaps: [Float]) -> ExtremeRatio? {
    ExtremeRatio(slot: 3, sample: 1, policy: gaps.map { $0 - 8 }, sampling: gaps.map { _ in -8 })
  }

  @Test("Ratios from 1e-3 to 1e3 are usual", arguments: [[], [0], [0.2, -0.4, 6.9, -6.9]] as [[Float]])
  func usual(gaps: [Float]) {
    #expect(extreme(gaps) == nil)
  }

  @Test(
    "Of the ratios beyond, the one that is furthest from 1 is found",
    arguments: [([0, 7, 0], 1), ([0, 7, -7.5], 2), ([-26, 1, 20], 0), ([8, .nan, 100], 1), ([9, 9], 0)] as [([Float], Int)])
  func furthest(gaps: [Float], position: Int) throws {
    let found = try #require(extreme(gaps))
    #expect(found.slot == 3 && found.sample == 1 && found.position == position)
    let expected = exp(Double(gaps[position]))
    #expect(found.ratio == expected || found.ratio.isNaN && expected.isNaN)
  }

  @Test("A log-probability of the least float is an infinite ratio")
  func least() throws {
    let found = ExtremeRatio(slot: 0, sample: 0, policy: [-1, -2], sampling: [-1, -3e38])
    #expect(found == ExtremeRatio(slot: 0, sample: 0, position: 1, ratio: .infinity))
  }

  @Test("A report has the furthest of each group, in slot order, and in JSON their number alone")
  func report() throws {
    var report = UpdateReport()
    func at(_ slot: Int, _ ratio: Double) -> ExtremeRatio { ExtremeRatio(slot: slot, sample: 0, position: 0, ratio: ratio) }
    report.note([at(5, 1e4), at(2, 1e-9), at(5, 1e-5), at(5, 2e4), at(9, 1e7), at(2, 1e-8)])
    report.note([at(0, 1e5)])
    report.note(report.extremeRatios)
    #expect(report.extremeRatios == [at(0, 1e5), at(2, 1e-9), at(5, 1e-5), at(9, 1e7)])
    #expect(report.extremeRatioGroups == 4)
    let encoder = JSONEncoder()
    let object = try JSONSerialization.jsonObject(with: encoder.encode(report)) as? [String: any Sendable]
    #expect(object?["extreme_ratio_groups"] as? Int == 4)
    #expect(object?.values.allSatisfy { $0 is NSNumber } == true)
  }
}
