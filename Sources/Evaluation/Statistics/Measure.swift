/// One figure of a set of questions, in a form that can be computed again for any questions drawn from them.
public struct Measure: Sendable, Equatable {
  /// How a figure follows from its questions. Every array has one value a question, in the questions' order.
  public enum Form: Sendable, Equatable {
    /// `Σ v / n`
    case mean([Double])
    /// `Σ a / Σ b`, undefined where the denominators add up to 0.
    case ratio([Double], over: [Double])
    /// The area under the ROC curve of scores that shall be high where `isPositive`, see ``RankedScores``.
    case discrimination(RankedScores)
    /// A figure that cannot be computed, as a length that nobody measured: it is undefined for any questions.
    case unknown(questions: Int)
  }

  /// What the figure is in.
  public enum Unit: Sendable, Equatable {
    /// A share from 0 to 1, shown in percent.
    case share
    /// A number from 0 to 1 that is no share of anything.
    case area
    case nats
    case tokens
  }

  /// The name in files, such as `greedy_accuracy`.
  public var name: String
  /// The name in tables, such as `greedy accuracy`.
  public var title: String
  /// What it is in.
  public var unit: Unit
  /// How it is computed.
  public var form: Form

  /// Creates a measure.
  public init(name: String, title: String, unit: Unit, form: Form) {
    self.name = name
    self.title = title
    self.unit = unit
    self.form = form
  }

  /// The number of questions.
  var questionCount: Int {
    switch form {
    case .mean(let values): values.count
    case .ratio(let numerators, _): numerators.count
    case .discrimination(let scores): scores.count
    case .unknown(let questions): questions
    }
  }

  /// The figure of the questions as they are; nil where it is undefined.
  public var value: Double? { value(weights: [Double](repeating: 1, count: questionCount)) }

  /// The figure where question `i` is there `weights[i]` times; nil where it is undefined. O(n).
  func value(weights: [Double]) -> Double? {
    switch form {
    case .mean(let values): Self.dot(weights, values) / weights.reduce(0, +)
    case .ratio(let numerators, let denominators):
      Self.quotient(Self.dot(weights, numerators), Self.dot(weights, denominators))
    case .discrimination(let scores): scores.areaUnderCurve(weights: weights)
    case .unknown: nil
    }
  }

  private static func quotient(_ numerator: Double, _ denominator: Double) -> Double? {
    denominator == 0 ? nil : numerator / denominator
  }

  private static func dot(_ weights: [Double], _ values: [Double]) -> Double {
    var sum = 0.0
    for index in weights.indices { sum += weights[index] * values[index] }
    return sum
  }
}

/// Scores that shall tell positives from negatives, in ascending order.
public struct RankedScores: Sendable, Equatable {
  private let scores: [Double]
  private let isPositive: [Bool]
  /// The questions by ascending score.
  private let order: [Int]

  /// Scores that differ by no more than this are equal: entropies of different partitions can be one number but for the last bits.
  private static let rounding = 1e-12

  /// Ranks scores; one label a score. O(n log n).
  public init(_ scores: [Double], isPositive: [Bool]) {
    precondition(scores.count == isPositive.count && scores.allSatisfy(\.isFinite), "every score is a finite number with a label")
    self.scores = scores
    self.isPositive = isPositive
    order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
  }

  /// The number of scores.
  var count: Int { scores.count }

  /// The chance that a positive has a higher score than a negative, where ties count half (Hanley & McNeil, "The meaning and use of the area
  /// under a receiver operating characteristic curve", 1982). Neighbours that differ by rounding alone are ties. Score `i` is there
  /// `weights[i]` times. Nil without both kinds. O(n).
  func areaUnderCurve(weights: [Double]) -> Double? {
    var (below, positives, area) = (0.0, 0.0, 0.0)
    var start = 0
    while start < order.count {
      var end = start
      var (positive, negative) = (0.0, 0.0)
      while end < order.count, end == start || scores[order[end]] - scores[order[end - 1]] <= Self.rounding {
        let index = order[end]
        if isPositive[index] { positive += weights[index] } else { negative += weights[index] }
        end += 1
      }
      area += positive * (below + negative / 2)
      below += negative
      positives += positive
      start = end
    }
    return positives > 0 && below > 0 ? area / (positives * below) : nil
  }
}
