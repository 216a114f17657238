/// The wording of prompts and answers. Words are plain ASCII with single spaces and no apostrophes, so that a byte-level tokenizer
/// with digits apart has one token a word and one a digit.
enum Phrases {
  static let hmm = " Hmm."

  static func prompt(_ question: String) -> String { "Q: \(question)\nA:" }

  /// " Let us think step by step. First 2*3=6. Then 6+4=10."
  static func chain(_ working: Working) -> String {
    working.equations.enumerated().reduce(" Let us think step by step.") { text, item in
      text + (item.offset == 0 ? " First " : " Then ") + item.element.text + "."
    }
  }

  static func theAnswer(_ answer: Int) -> String { " The answer is \\boxed{\(answer)}." }

  static func unboxedEnds(_ answer: Int) -> [String] { [" So it is \(answer).", " That is all."] }

  /// " Quick: 2*3=6, 6+4=10. So \boxed{10}."
  static func quick(_ working: Working) -> String {
    " Quick: " + working.equations.map(\.text).joined(separator: ", ") + ". So \\boxed{\(working.answer)}."
  }

  /// Sentences that lead nowhere; none of them reads as an answer.
  static func rambling(_ cast: Cast) -> [String] {
    [
      " Let me see.", " That is a lot of \(cast.thing.plural).", " I like \(cast.thing.plural).", " \(cast.name) is nice.",
      " I am not sure.", " It is hard to say.", " Maybe more, maybe less.", " There are many numbers.",
    ]
  }
}
