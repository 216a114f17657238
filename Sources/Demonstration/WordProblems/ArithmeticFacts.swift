/// Documents of bare equations, from which the model learns to calculate.
enum ArithmeticFacts {
  /// A document of 5 to 8 right equations, of the sizes that the word problems need: " 12*9=108. 63+28=91."
  static func document(random: inout RandomWords) -> String {
    (0..<random.integer(in: 5...8)).reduce("") { text, _ in text + " " + equation(random: &random).text + "." }
  }

  private static func equation(random: inout RandomWords) -> Equation {
    let step: Step
    switch random.below(3) {
    case 0:
      let (large, small) = (random.integer(in: 2...12), random.integer(in: 2...9))
      step = random.chance(percent: 50) ? .product(.number(large), .number(small)) : .product(.number(small), .number(large))
    case 1:
      step = .sum(.number(random.integer(in: 2...110)), .number(random.integer(in: 2...99)))
    default:
      let from = random.integer(in: 3...223)
      step = .difference(.number(from), .number(random.integer(in: 2...min(from - 1, 162))))
    }
    return step.equation(after: [])
  }
}
