/// Where a sample is not the one that its request gives.
public struct SampleDifference: Sendable, Equatable, CustomStringConvertible {
  /// What is different.
  public enum Kind: Sendable, Equatable {
    /// A token other than the one that is drawn at its position.
    case token(Int32, expected: Int32)
    /// A log-probability with other bits, in nats; nil where it is missing.
    case logProbability(Float?, expected: Float)
    /// It goes on where the sample ends.
    case late
    /// It ends where the sample goes on.
    case early
    /// It ends where the sample does, in the other way: at its length limit and not at a stop token, or the reverse.
    case ending
  }

  /// What is different.
  public let kind: Kind

  /// The place within the sample, from 0.
  public let position: Int

  /// The first difference of a sample from the one that its request gives after the same tokens, or nil if they are the same to the bit.
  ///
  /// A log-probability counts after its token: nothing behind a wrong token can be compared.
  /// - Parameter expected: What following `sample.tokens` gave; see ``GenerationRequest/given``.
  public init?(_ sample: Sample, expected: Sample) {
    for (position, token) in expected.tokens.enumerated() {
      let kind: Kind
      if position >= sample.tokens.count {
        kind = .early
      } else if sample.tokens[position] != token {
        kind = .token(sample.tokens[position], expected: token)
      } else {
        let given = position < sample.logProbabilities.count ? sample.logProbabilities[position] : nil
        if given?.bitPattern == expected.logProbabilities[position].bitPattern { continue }
        kind = .logProbability(given, expected: expected.logProbabilities[position])
      }
      self.kind = kind
      self.position = position
      return
    }
    position = expected.tokens.count
    if sample.tokens.count > position || sample.logProbabilities.count > position {
      kind = .late
    } else if sample.isTruncated != expected.isTruncated {
      kind = .ending
    } else {
      return nil
    }
  }

  /// The difference as a clause: "token 3 is 17, where 5 is drawn".
  public var description: String {
    switch kind {
    case .token(let token, let expected): "token \(position) is \(token), where \(expected) is drawn"
    case .logProbability(let value?, let expected): "the log-probability of token \(position) is \(value), where \(expected) is computed"
    case .logProbability(nil, _): "token \(position) has no log-probability"
    case .late: "it goes on after \(position) tokens, where it ends"
    case .early: "it ends after \(position) tokens, where it goes on"
    case .ending: "it says that it ended otherwise than it did"
    }
  }
}
