import Runs

/// Curves shaped like real ones, made of formulas.
enum SampleCurves {
  static let run = LearningCurve(
    name: "EMPO",
    points: (0...50).map { step in
      let progress = min(1, Double(step) / 24)
      let wiggle = Double(step * 7919 % 11 - 5) / 200
      return LearningCurve.Point(
        step: step, accuracy: step % 10 == 0 ? [0.337, 0.67, 0.99, 0.99, 0.97, 0.984][step / 10] : nil,
        reward: step == 0 ? nil : 0.29 + 0.58 * progress + wiggle, semanticEntropy: step == 0 ? nil : 2.3 - 1.95 * progress + wiggle * 2)
    })

  static let control = LearningCurve(
    name: "random rewards",
    points: (0...50).map { step in
      let wiggle = Double(step * 6133 % 13 - 6) / 200
      return LearningCurve.Point(
        step: step, accuracy: step % 10 == 0 ? 0.337 - 0.0058 * Double(step) : nil, reward: step == 0 ? nil : 0.5 + wiggle,
        semanticEntropy: step == 0 ? nil : 2.3 + 0.0036 * Double(step) + wiggle)
    })
}
