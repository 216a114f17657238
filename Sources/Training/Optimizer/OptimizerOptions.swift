internal import Foundation

/// How the learning rate moves over the steps of a run, after its warm-up. The end of a decay lies one step behind the run's last, which
/// therefore still learns.
public enum LearningRateSchedule: String, Sendable, CaseIterable {
  /// The peak throughout.
  case constant
  /// Linearly from the peak to 0.
  case linear
  /// Half a cosine from the peak to 0 (Loshchilov & Hutter, 2017, without restarts).
  case cosine
  /// The peak for the first 60 % of the steps, then linearly to 2 % of it (a trapezoid, as Hägele et al., 2024, describe).
  case trapezoid
}

/// The settings of AdamW and its learning rate.
public struct OptimizerOptions: Sendable, Equatable {
  /// The peak learning rate.
  public var learningRate: Double
  /// How the rate moves.
  public var schedule: LearningRateSchedule
  /// Steps over which the rate grows linearly to its peak.
  public var warmupSteps: Int
  /// The decay of the first moment.
  public var beta1: Double
  /// The decay of the second moment.
  public var beta2: Double
  /// The constant that is added to the root of the second moment.
  public var epsilon: Double
  /// Decoupled weight decay of matrices; norms and biases have none.
  public var weightDecay: Double
  /// The largest global norm of the gradient; larger ones are scaled down to it. 0 for no bound.
  public var clipNorm: Double

  /// Creates settings; by default those of a run on the embedded model.
  public init(
    learningRate: Double = 2e-4, schedule: LearningRateSchedule = .constant, warmupSteps: Int = 5, beta1: Double = 0.9,
    beta2: Double = 0.95, epsilon: Double = 1e-8, weightDecay: Double = 0, clipNorm: Double = 1
  ) {
    self.learningRate = learningRate
    self.schedule = schedule
    self.warmupSteps = warmupSteps
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
  }

  /// The learning rate of a step, counted from 0, of a run of `steps`, of which it is one. It is above 0, and the peak at most; a run that
  /// is no longer than its warm-up ends within it.
  public func rate(step: Int, of steps: Int) -> Double {
    if step < warmupSteps { return learningRate * Double(step + 1) / Double(warmupSteps) }
    let progress = Double(step - warmupSteps) / Double(max(1, steps - warmupSteps))
    switch schedule {
    case .constant: return learningRate
    case .linear: return learningRate * (1 - progress)
    case .cosine: return learningRate * 0.5 * (1 + cos(.pi * progress))
    case .trapezoid: return learningRate * min(1, 1 - 0.98 * (progress - 0.6) / 0.4)
    }
  }
}
