/// One kind of word problem: its text, the ranges of its numbers, the steps to its answer and the wrong answers that tempt.
struct Family: Sendable {
  let name: String
  let habits: HabitWeights
  /// Draws the numbers, in the order in which the other members take them.
  let draw: @Sendable (_ random: inout RandomWords) -> [Int]
  /// The question without its suffix.
  let text: @Sendable (_ numbers: [Int], _ cast: Cast) -> String
  let steps: @Sendable (_ numbers: [Int]) -> [Step]
  /// What a hasty reader answers; may contain the right answer by coincidence.
  let temptations: @Sendable (_ numbers: [Int]) -> [Int]

  /// Every family, in the order in which held-out questions cycle through them.
  static let all = [gain, bags, change, times, boxes, shop]
}
