/// What computing a recorded step again came to.
package struct StepVerdict: Sendable {
  /// One thing that was compared.
  package struct Finding: Sendable, Equatable {
    /// What it is, in a word or two.
    package let name: String
    /// What it came to.
    package let outcome: Outcome
    /// A few words on what was compared, or where it differs first.
    package let detail: String

    /// Whether it is what the update's arithmetic found on its way.
    var isOfUpdate: Bool { [StepVerdict.loss, StepVerdict.gradientNorm].contains(name) }
  }

  static let loss = "loss"
  static let gradientNorm = "gradient norm"
  static let policy = "policy"
  static let checkpoint = "checkpoint"

  /// What comparing one thing came to.
  package enum Outcome: String, Sendable {
    /// The record has the same bits.
    case equal = "bit-equal"
    /// The record has others.
    case differs = "DIFFERS"
    /// There is no record of it.
    case unrecorded = "not recorded"
  }

  /// The step, counted from 0. Its update made policy version `step + 1`.
  package let step: UInt32

  /// The version from which it was computed: that of a checkpoint, or 0 for the base model.
  package let start: UInt32

  /// In the order of the way from tokens to weights.
  package private(set) var findings: [Finding] = []

  /// A verdict without findings.
  package init(step: UInt32, start: UInt32) {
    self.step = step
    self.start = start
  }

  /// Notes what was compared.
  ///
  /// - Parameter difference: Where it differs first; nil where it has the same bits.
  mutating func note(_ name: String, _ detail: @autoclosure () -> String, difference: String?) {
    findings.append(Finding(name: name, outcome: difference == nil ? .equal : .differs, detail: difference ?? detail()))
  }

  /// Notes what is not recorded.
  mutating func note(unrecorded name: String, _ detail: String) {
    findings.append(Finding(name: name, outcome: .unrecorded, detail: detail))
  }

  /// The first difference, with its step; nil where all is equal.
  package var difference: String? {
    findings.first { $0.outcome == .differs }.map { "step \(step): \($0.name): \($0.detail)" }
  }

  /// A step without a difference, in one line.
  package var summary: String {
    let told = findings.filter { [Self.loss, Self.gradientNorm, Self.policy, Self.checkpoint].contains($0.name) }
    let equal = told.filter { $0.outcome == .equal }.map { $0.name == Self.policy ? $0.detail : "\($0.name) \($0.detail)" }
    let missing = told.contains { $0.name == Self.policy && $0.outcome == .unrecorded } ? ["no digest of the policy is recorded"] : []
    return (["bit-equal"] + equal + missing).joined(separator: ", ")
  }

  /// The findings, a line each.
  package var lines: [String] {
    let width = (findings.map(\.name.count).max() ?? 0) + 2
    let outcomes = (findings.map(\.outcome.rawValue.count).max() ?? 0) + 2
    return findings.map { finding in
      "  " + padded(finding.name, width) + padded(finding.outcome.rawValue, outcomes) + finding.detail
    }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
