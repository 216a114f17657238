internal import Foundation

/// The exact test of McNemar for two models that answered the same questions ("Note on the sampling error of the difference between
/// correlated proportions or percentages", 1947).
///
/// Only the questions on which they disagree count: if the models were equally good, each of these would be as likely won by the one as by the
/// other.
public struct McNemar: Sendable, Equatable {
  /// Questions that only the first model answered rightly.
  public var onlyFirst: Int
  /// Questions that only the second model answered rightly.
  public var onlySecond: Int

  /// Creates a test.
  public init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "counts are not negative")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
  }

  /// Compares verdicts on the same questions.
  public init(_ first: [Bool], _ second: [Bool]) {
    precondition(first.count == second.count, "both models answered the same questions")
    self.init(onlyFirst: zip(first, second).count { $0 && !$1 }, onlySecond: zip(first, second).count { !$0 && $1 })
  }

  /// The two-sided p-value: `min(1, 2 P(X ≤ m))`, where X is binomial with as many trials as there are disagreements and chance ½, and m is the
  /// smaller of the two counts. O(m).
  public var significance: Double {
    let (fewer, trials) = (min(onlyFirst, onlySecond), onlyFirst + onlySecond)
    guard onlyFirst != onlySecond else { return 1 }
    // C(n, m) 2⁻ⁿ, with the powers of two kept apart: neither factor is a double for large n.
    var (coefficient, exponent) = (1.0, -trials)
    for index in 0..<fewer {
      coefficient *= Double(trials - fewer + 1 + index) / Double(index + 1)
      exponent += Int(coefficient.exponent)
      coefficient = coefficient.significand
    }
    // C(n, i - 1) = C(n, i) i / (n - i + 1), down from m.
    var (sum, term) = (1.0, 1.0)
    for index in stride(from: fewer, to: 0, by: -1) {
      term *= Double(index) / Double(trials - index + 1)
      sum += term
    }
    return min(1, scalbn(2 * coefficient * sum, exponent))
  }
}
