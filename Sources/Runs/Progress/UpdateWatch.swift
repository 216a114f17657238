package import EMPO

/// Looks at every step's update and warns of what a healthy run doesn't show. A function of the reports that it saw, in order.
package struct UpdateWatch: Sendable {
  /// How many times the median a gradient norm may be.
  ///
  /// The demonstration's norms reach 3.4 times the median of the 20 steps before: 0.40 where it was 0.12, late in the run, where few groups
  /// still differ. Three times that is left to honest runs.
  package static let jumpFactor = 10.0

  /// The steps that the median is taken of, and the fewest that have one.
  private static let window = 20
  private static let fewest = 5

  /// The norms of the last steps that made an update.
  private var norms: [Double] = []

  /// A watch that goes on from the reports of earlier steps.
  package init(after reports: some Sequence<UpdateReport> = []) {
    for report in reports { note(report) }
  }

  /// The warnings of the next step's report.
  package mutating func warnings(of report: UpdateReport) -> [UpdateWarning] {
    var warnings: [UpdateWarning] = []
    if !report.extremeRatios.isEmpty { warnings.append(.extremeRatios(report.extremeRatios)) }
    if report.skippedUpdates > 0 { warnings.append(.skippedUpdates(report.skippedUpdates)) }
    if norms.count >= Self.fewest {
      let median = norms.sorted()[norms.count / 2]
      if report.gradientNorm > Self.jumpFactor * median { warnings.append(.gradientJump(norm: report.gradientNorm, median: median)) }
    }
    note(report)
    return warnings
  }

  private mutating func note(_ report: UpdateReport) {
    guard report.gradientNorm > 0 else { return }
    norms = (norms + [report.gradientNorm]).suffix(Self.window)
  }
}
