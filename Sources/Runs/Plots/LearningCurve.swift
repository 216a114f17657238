/// How a run went, step by step.
public struct LearningCurve: Sendable, Equatable {
  /// The state after a step; what was not measured is nil, what is not finite is left out of pictures.
  public struct Point: Sendable, Equatable {
    /// The optimiser step; 0 is the base model.
    public var step: Int
    /// Greedy accuracy on the held-out questions, from 0 to 1.
    public var accuracy: Double?
    /// The mean reward of the step's responses; at most 1, and below 0 only where silence is punished.
    public var reward: Double?
    /// The mean semantic entropy of the step's groups, in nats.
    public var semanticEntropy: Double?

    /// Creates a point.
    public init(step: Int, accuracy: Double? = nil, reward: Double? = nil, semanticEntropy: Double? = nil) {
      self.step = step
      self.accuracy = accuracy
      self.reward = reward
      self.semanticEntropy = semanticEntropy
    }
  }

  /// What the run is called where two are compared: "EMPO", "random rewards".
  public var name: String

  /// The points, by ascending step.
  public var points: [Point]

  /// Creates a curve.
  public init(name: String, points: [Point]) {
    self.name = name
    self.points = points
  }

  /// The finite values of a measure with their steps.
  func values(of measure: KeyPath<Point, Double?>) -> [(step: Int, value: Double)] {
    points.compactMap { point in
      guard let value = point[keyPath: measure], value.isFinite else { return nil }
      return (point.step, value)
    }
  }
}
