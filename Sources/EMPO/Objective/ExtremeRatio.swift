internal import Foundation

/// A token whose importance ratio is beyond what updates make of a policy.
public struct ExtremeRatio: Sendable, Equatable {
  /// The ratios that raise no question: a token a thousand times as likely as it was when it was sampled is not the work of a few updates.
  public static let usual = 1e-3...1e3

  /// The group's slot within the step.
  public let slot: Int

  /// The response within the group.
  public let sample: Int

  /// The token within the response.
  public let position: Int

  /// p(token) under the policy over p(token) under the one that sampled it; not a number where a log-probability is none.
  public let ratio: Double

  /// Creates one.
  public init(slot: Int, sample: Int, position: Int, ratio: Double) {
    self.slot = slot
    self.sample = sample
    self.position = position
    self.ratio = ratio
  }

  /// The token of a response that is furthest from 1, or nil if all ratios are usual. O(T).
  ///
  /// - Parameters:
  ///   - policy: ln p of each token under the policy. [T]
  ///   - sampling: ln p of each token under the one that sampled it. [T]
  public init?(slot: Int, sample: Int, policy: some Collection<Float>, sampling: some Collection<Float>) {
    var furthest: (distance: Double, position: Int, logRatio: Double)?
    for (position, pair) in zip(policy, sampling).enumerated() {
      let logRatio = Double(pair.0 - pair.1)
      let distance = Self.distance(logRatio)
      guard distance > furthest?.distance ?? Self.usualDistance else { continue }
      furthest = (distance, position, logRatio)
    }
    guard let furthest else { return nil }
    self.init(slot: slot, sample: sample, position: furthest.position, ratio: exp(furthest.logRatio))
  }

  /// Whether its ratio is further from 1 than another one's.
  func isFurther(than other: ExtremeRatio) -> Bool {
    Self.distance(log(ratio)) > Self.distance(log(other.ratio))
  }

  private static let usualDistance = log(usual.upperBound)

  /// What is no number is as far as anything.
  private static func distance(_ logRatio: Double) -> Double {
    logRatio.isNaN ? .infinity : abs(logRatio)
  }
}
