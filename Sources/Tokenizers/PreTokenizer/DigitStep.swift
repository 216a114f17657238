/// `Digits`: cuts numbers off from the rest, each number character by itself or a run of them as one piece.
struct DigitStep: PreTokenizerStep {
  private let split: SplitStep

  /// `cutsEveryDigit`: whether each number character is a piece.
  init(cutsEveryDigit: Bool) {
    split = SplitStep(pattern: .set(Self.numbers), behavior: cutsEveryDigit ? .isolated : .contiguous)
  }

  func apply(to text: inout SplitText) { split.apply(to: &text) }

  private static let numbers = ScalarTables(.numbers)
}
