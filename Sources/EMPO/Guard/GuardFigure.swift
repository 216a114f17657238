/// What the guard looks at, a number a step.
public enum GuardFigure: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  /// ``UpdateReport/clippedShare``: how much of an update the clip has to hold back, because the policy has moved so far within few steps.
  case clippedTokens = "clipped_tokens"
  /// ``AnswerFigures/sharedShare``.
  case sharedAnswers = "shared_answers"
  /// ``AnswerFigures/flippedShare``.
  case flippedMajorities = "flipped_majorities"
  /// ``AnswerFigures/emptyShare``.
  case emptyAnswers = "empty_answers"
  /// ``UpdateReport/truncatedShare``.
  case truncatedResponses = "truncated_responses"
  /// ``UpdateReport/meanLength``, which falls.
  case shortResponses = "short_responses"
  /// ``AnswerFigures/tokenEntropy``, which rises.
  case tokenEntropy = "token_entropy"
  /// ``UpdateReport/divergence``.
  case divergence
  /// ``UpdateReport/gradientNorm``.
  case gradientNorm = "gradient_norm"
  /// The accuracy on labelled questions, which falls below the best.
  case heldOut = "held_out"

  /// Whether it speaks against the policy that it describes. Fast updates do not: they tell what comes.
  public var isOfThePolicy: Bool { self != .clippedTokens && self != .gradientNorm }

  /// What counts as usual where the run's first steps do not have it; nil where they must.
  var usualByNature: Double? { self == .flippedMajorities ? 0 : nil }

  /// Whether low values are bad, and not high ones.
  var isBadBelow: Bool { self == .shortResponses || self == .heldOut }

  /// The value that is out of bounds where `usual` is the median of the run's first steps.
  ///
  /// The bounds leave room for what healthy runs do. In the demonstration, the clip holds back 0.08 % of a step's tokens at most; in a run that
  /// is about to get worse, from 0.6 to 1.6 % (`scripts/evidence/guard.sh`). Several updates a step clip more, from the first step on.
  /// So does a lag, but the first steps, all sampled from the base, do not show it: at a lag of 4 the two are 1.1 and 3.6 %.
  ///
  /// - Parameters:
  ///   - usual: The median of the run's first steps.
  ///   - lag: How many versions behind its update a step is sampled.
  func limit(usual: Double, lag: Int) -> Double {
    switch self {
    case .clippedTokens: max(3 * usual, 0.005 * Double(max(1, lag)))
    case .sharedAnswers: max(2 * usual, usual + 0.2)
    case .flippedMajorities: max(2 * usual, 0.4)
    case .emptyAnswers, .truncatedResponses: usual + 0.3
    case .shortResponses: 0.4 * usual
    case .tokenEntropy: max(1.5 * usual, usual + 0.5)
    case .divergence: max(10 * usual, 1)
    case .gradientNorm: 10 * usual
    case .heldOut: usual
    }
  }
}
