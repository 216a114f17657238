/// How tokens are drawn.
public struct SamplingOptions: Sendable, Equatable {
  /// The temperature, by which logits are divided before the softmax; 0 takes the most probable token.
  public var temperature: Double

  /// Only this many of the most probable tokens are drawn from; 0 for all.
  public var topK: Int

  /// Only the fewest most probable tokens whose probabilities reach this sum are drawn from; 1 for all.
  public var topP: Double

  /// Only tokens are drawn from whose probability, after the temperature, is at least this share of the most probable one's; 0 for all.
  /// What it leaves out counts in neither ``topK`` nor ``topP``.
  public var minP: Double

  /// By how much the logits of tokens are lowered that the prompt or the response so far has: positive ones are divided by it, negative
  /// ones multiplied (Keskar et al., 2019), before the temperature. 1 for not at all.
  public var repetitionPenalty: Double

  /// The most tokens of a response, the stop token included.
  public var maximumNewTokens: Int

  /// Creates options; by default the policy's own distribution.
  public init(
    temperature: Double = 1, topK: Int = 0, topP: Double = 1, minP: Double = 0, repetitionPenalty: Double = 1, maximumNewTokens: Int = 64
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
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

  /// The penalty likewise.
  var penalty: Float { Float(repetitionPenalty) }

  var restrictsTokens: Bool { divisor > 0 && (topK > 0 || nucleus < 1 || minP > 0) }
}
