/// How tokens are drawn.
public struct SamplingOptions: Sendable, Equatable {
  /// The temperature, by which logits are divided before the softmax; 0 takes the most probable token.
  public var temperature: Double

  /// Only this many of the most probable tokens are drawn from; 0 for all.
  public var topK: Int

  /// Only the fewest most probable tokens whose probabilities reach this sum are drawn from; 1 for all.
  public var topP: Double

  /// The most tokens of a response, the stop token included.
  public var maximumNewTokens: Int

  /// Creates options; by default the policy's own distribution.
  public init(temperature: Double = 1, topK: Int = 0, topP: Double = 1, maximumNewTokens: Int = 64) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.maximumNewTokens = maximumNewTokens
  }

  /// The most probable token each time.
  public static func greedy(maximumNewTokens: Int) -> SamplingOptions {
    SamplingOptions(temperature: 0, maximumNewTokens: maximumNewTokens)
  }

  /// The temperature as the engine divides by it: options say what was asked for, kernels compute in single precision.
  var divisor: Float { Float(temperature) }

  /// The sum of probabilities that is drawn from, in single precision likewise.
  var nucleus: Float { Float(topP) }

  var restrictsTokens: Bool { divisor > 0 && (topK > 0 || nucleus < 1) }
}
