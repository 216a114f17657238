import JSON

/// How Llama 3 stretches the rotary embedding beyond the length it was trained on (`rope_type` "llama3").
///
/// A frequency of few turns within the original length is divided by ``factor``, one of many turns stays, and between the two limits
/// the result passes smoothly from the one to the other.
public struct RopeScaling: Sendable, Equatable {
  /// The divisor of low frequencies; at least 1.
  public var factor: Double

  /// Frequencies of fewer turns than this within the original length are low.
  public var lowFrequencyFactor: Double

  /// Frequencies of more turns than this within the original length stay as they are; above ``lowFrequencyFactor``.
  public var highFrequencyFactor: Double

  /// The length that the model was trained on at first, in tokens.
  public var originalMaximumPositions: Int

  /// Creates a scaling. The values are not checked; ``ModelConfiguration/validate(source:)`` does that.
  public init(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalMaximumPositions: Int) {
    self.factor = factor
    self.lowFrequencyFactor = lowFrequencyFactor
    self.highFrequencyFactor = highFrequencyFactor
    self.originalMaximumPositions = originalMaximumPositions
  }

  /// The name of this kind in config.json.
  static let kind = "llama3"

  private enum Name {
    static let factor = "factor"
    static let low = "low_freq_factor"
    static let high = "high_freq_factor"
    static let original = "original_max_position_embeddings"
  }

  /// Reads the members of a `rope_scaling` or `rope_parameters` of this kind.
  init(_ fields: ConfigurationFields) throws {
    func number(_ name: String) throws -> Double {
      guard let value = try fields.optionalNumber(name) else { throw fields.missing(name, expected: "a number") }
      return value
    }
    factor = try number(Name.factor)
    lowFrequencyFactor = try number(Name.low)
    highFrequencyFactor = try number(Name.high)
    originalMaximumPositions = try fields.size(Name.original, limit: ModelConfiguration.Limit.maximumPositions)
    let known = [Name.factor, Name.low, Name.high, Name.original, "rope_type", "type", "rope_theta", "partial_rotary_factor"]
    if let name = fields.names.first(where: { !known.contains($0) && !fields.isNull($0) }) {
      throw fields.refusal(name, expected: "none beside \(known.joined(separator: ", "))")
    }
    if let problem { throw fields.refusal(problem.name, expected: problem.expected) }
  }

  /// The first value that is out of its range, if any.
  var problem: (name: String, expected: String)? {
    if !factor.isFinite || factor < 1 || factor > 1e6 { return (Name.factor, "1 to 1000000") }
    if !lowFrequencyFactor.isFinite || lowFrequencyFactor <= 0 || lowFrequencyFactor > 1e6 { return (Name.low, "a positive number") }
    if !highFrequencyFactor.isFinite || highFrequencyFactor <= lowFrequencyFactor || highFrequencyFactor > 1e6 {
      return (Name.high, "a number above \"\(Name.low)\", \(lowFrequencyFactor)")
    }
    if !(1...ModelConfiguration.Limit.maximumPositions).contains(originalMaximumPositions) { return (Name.original, "a length in tokens") }
    return nil
  }

  /// The members as transformers writes them.
  var members: [JSONObject.Member] {
    [
      .init(Name.factor, .number(factor)), .init(Name.high, .number(highFrequencyFactor)), .init(Name.low, .number(lowFrequencyFactor)),
      .init(Name.original, .integer(originalMaximumPositions)),
    ]
  }
}
