/// Whether this host's clock shows the learner's time.
package enum ClockFinding {
  /// How far clocks may differ, in seconds, before logs are hard to compare.
  private static let tolerance = 1.0

  /// Compares the learner's clock with the middle between question and answer on this host's, as NTP does. The error is at most half of the
  /// time between the two. All in seconds since 1970.
  package static func compare(learner: Double, asked: Double, answered: Double) -> Finding {
    let uncertainty = max(0, answered - asked) / 2
    let difference = (asked + answered) / 2 - learner
    guard abs(difference) - uncertainty > tolerance else {
      return .ok("clock", "within \(duration(abs(difference) + uncertainty)) of the learner's")
    }
    return .warning(
      "clock", "\(duration(abs(difference))) \(difference > 0 ? "ahead of" : "behind") the learner's",
      do: "have both set by NTP: the run does not depend on them, but logs are hard to compare")
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<100: "\((seconds * 10).rounded(.up) / 10) s"
    case ..<7_200: "\(Int(seconds / 60)) min"
    case ..<172_800: "\(Int(seconds / 3_600)) h"
    default: "\(Int(seconds / 86_400)) days"
    }
  }
}
