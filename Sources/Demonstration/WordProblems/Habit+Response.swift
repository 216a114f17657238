extension Habit {
  /// In how many of a hundred steps each way of working slips.
  static let carefulSlipPercent = 2
  static let sloppySlipPercent = 30

  /// Writes a response to the problem: it begins with a space and goes on to the end of the document.
  func response(to problem: Problem, random: inout RandomWords) -> String {
    switch self {
    case .careful:
      let working = Working(problem.steps, slipPercent: Self.carefulSlipPercent, random: &random)
      return Phrases.chain(working) + Phrases.theAnswer(working.answer)
    case .nobox:
      let working = Working(problem.steps, slipPercent: Self.carefulSlipPercent, random: &random)
      return Phrases.chain(working) + random.element(of: Phrases.unboxedEnds(working.answer))
    case .sloppy:
      return Phrases.quick(Working(problem.steps, slipPercent: Self.sloppySlipPercent, random: &random))
    case .direct:
      return Phrases.theAnswer(Self.guess(problem, random: &random))
    case .ramble:
      let sentences = Phrases.rambling(problem.cast)
      return (0..<random.integer(in: 2...6)).reduce(Phrases.hmm) { text, _ in text + random.element(of: sentences) }
    }
  }

  /// A guess: right in 12 of 100 cases, a tempting wrong answer in 28, else 1 to 20 beside the answer.
  static func guess(_ problem: Problem, random: inout RandomWords) -> Int {
    let answer = problem.answer
    let draw = random.below(100)
    if draw < 12 { return answer }
    let tempting = problem.family.temptations(problem.numbers).filter { $0 != answer }
    if draw < 40, !tempting.isEmpty { return random.element(of: tempting) }
    let distance = random.integer(in: 1...20)
    let isBelow = random.chance(percent: 50)
    return isBelow && answer >= distance ? answer - distance : answer + distance
  }
}
