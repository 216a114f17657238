public import Questions

/// A small world of word problems, with which the embedded base model is pre-trained, sharpened and measured.
///
/// Everything is a function of its seed. Numbers that are held out, numbers that EMPO asks about and numbers of the pre-training
/// corpus are disjoint for every seed, so any corpus goes with any question set.
public enum WordProblems {
  /// How many of the six families' questions ``heldOut(seed:count:)`` can give, each with numbers of its own.
  public static let maximumHeldOut = 1_200

  /// The text that the model continues with its response: `Q: {question}`, a line end, `A:`.
  public static func prompt(for question: String) -> String {
    Phrases.prompt(question)
  }

  /// The pre-training corpus, made document by document as it is read; a document lacks only its end token.
  ///
  /// A quarter of the documents are arithmetic facts; the others are questions answered in one of the habits careful, direct, sloppy,
  /// ramble or nobox.
  public static func pretrainingDocuments(seed: UInt64, count: Int) -> PretrainingDocuments {
    PretrainingDocuments(seed: seed, count: count)
  }

  /// Questions to learn from; no two are alike. They have answers only if these are asked for: EMPO learns without.
  public static func questions(seed: UInt64, count: Int, answered: Bool = false) -> [Question] {
    precondition(count >= 0, "a count of questions can't be negative")
    var seen: Set<String> = []
    var questions: [Question] = []
    var index: UInt32 = 0
    while questions.count < count {
      var random = RandomWords(seed: seed, purpose: .questions, index: index)
      let problem = Problem(split: .questions, random: &random)
      index += 1
      guard seen.insert(problem.question).inserted else { continue }
      questions.append(
        Question(
          id: "question-\(questions.count)-\(problem.family.name)", text: problem.question,
          answers: answered ? ["\(problem.answer)"] : []))
    }
    return questions
  }

  /// Questions with answers that neither the corpus nor EMPO's questions contain, to measure with.
  ///
  /// Families alternate and every family goes through the suffixes in turn: 252 questions are 42 of each family and 63 of each suffix.
  /// No two questions of a family have the same numbers.
  public static func heldOut(seed: UInt64, count: Int = 252) -> [Question] {
    precondition((0...maximumHeldOut).contains(count), "there are at most \(maximumHeldOut) held-out questions")
    var seen: Set<String> = []
    return (0..<count).map { index in
      let (round, family) = index.quotientAndRemainder(dividingBy: Family.all.count)
      // Odd families start half a turn later, which evens out the suffixes when a family's share is no multiple of four.
      let suffix = Suffix.allCases[(round + 2 * family) % Suffix.allCases.count]
      var random = RandomWords(seed: seed, purpose: .heldOut, index: UInt32(index))
      var problem: Problem
      repeat {
        problem = Problem(family: Family.all[family], suffix: suffix, split: .heldOut, random: &random)
      } while !seen.insert("\(problem.family.name):\(problem.numbers)").inserted
      return Question(id: "held-out-\(index)-\(problem.family.name)", text: problem.question, answers: ["\(problem.answer)"])
    }
  }
}
