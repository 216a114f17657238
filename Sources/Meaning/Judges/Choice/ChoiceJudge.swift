/// Takes answers to a multiple-choice question for the same iff they name the same option.
public struct ChoiceJudge: KeyedJudge {
  /// Creates a judge.
  public init() {}

  /// The option that the answer names, or its text.
  public func key(of answer: String, question: String) -> ChoiceKey? { TextKey(answer).map { .text($0) } }

  /// `choice` where an option is named, else `text`.
  public func basis(of first: ChoiceKey, and second: ChoiceKey) -> Verdict.Basis { .text }
}

/// What an answer chooses.
public enum ChoiceKey: Hashable, Sendable {
  /// No option, but this.
  case text(TextKey)
}
