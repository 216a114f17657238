internal import Foundation
public import Tensors
public import Transformer

/// Supervised next-token training from scratch: how the embedded base model was made.
public final class Pretrainer {
  /// The settings.
  public struct Options: Sendable, Equatable {
    /// The optimiser.
    public var optimizer: OptimizerOptions
    /// Optimiser updates.
    public var steps: Int
    /// Documents in an update.
    public var documentsPerStep: Int
    /// The most tokens of one forward and backward.
    public var microBatchTokens: Int

    /// Creates options; by default those that made the embedded model.
    public init(
      optimizer: OptimizerOptions = OptimizerOptions(
        learningRate: 3e-3, schedule: .trapezoid, warmupSteps: 100, weightDecay: 0.1),
      steps: Int = 4800, documentsPerStep: Int = 32, microBatchTokens: Int = 2048
    ) {
      self.optimizer = optimizer
      self.steps = steps
      self.documentsPerStep = documentsPerStep
      self.microBatchTokens = microBatchTokens
    }
  }

  /// What one update did.
  public struct Report: Sendable {
    /// The mean negative log-probability of the batch's tokens, in nats.
    public let loss: Double
    /// The gradient's global norm before clipping; not a number where the update was skipped because the loss or the gradient is not
    /// finite.
    public let gradientNorm: Double
    /// Tokens that were predicted.
    public let tokens: Int
  }

  /// The weights.
  public let parameters: Parameters

  /// The optimiser. With its moments and its count, and the parameters, another trainer goes on from here to the same bits.
  public let optimizer: AdamW

  private let options: Options
  private let pass: TrainingPass
  private let gradients: Gradients

  /// A trainer of parameters, on documents of at most `positions` tokens.
  public init(_ parameters: Parameters, positions: Int, lanes: Lanes, options: Options) {
    self.parameters = parameters
    self.options = options
    optimizer = AdamW(for: parameters, options: options.optimizer, lanes: lanes)
    pass = TrainingPass(Decoder(parameters, positions: positions, lanes: lanes))
    gradients = Gradients(of: parameters)
  }

  /// One update, counted from 0, on documents of at least two tokens each.
  public func update(step: Int, documents: [[Int32]]) -> Report {
    let groups = documents.map { TrainingGroup(document: $0) }
    let tokens = groups.reduce(0) { $0 + $1.targetCount }
    gradients.begin()
    var loss = 0.0
    var batch: [TrainingGroup] = []
    var rows = 0
    func flush() {
      pass.backward(batch, into: gradients) { _, logProbabilities in
        loss -= logProbabilities.reduce(0.0) { $0 + Double($1) } / Double(tokens)
        return Array(repeating: -1 / Float(tokens), count: logProbabilities.count)
      }
      batch = []
      rows = 0
    }
    for group in groups {
      if !batch.isEmpty && rows + group.rowCount > options.microBatchTokens { flush() }
      batch.append(group)
      rows += group.rowCount
    }
    if !batch.isEmpty { flush() }
    gradients.finish()
    let rate = options.optimizer.rate(step: step, of: options.steps)
    let norm = loss.isFinite ? optimizer.update(parameters, gradients: gradients.values, rate: rate) : nil
    return Report(loss: loss, gradientNorm: norm ?? .nan, tokens: tokens)
  }
}
