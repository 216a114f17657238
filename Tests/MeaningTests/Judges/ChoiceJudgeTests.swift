import Meaning
import Testing

@Suite struct ChoiceJudgeTests {
  private let judge = ChoiceJudge()

  static let capital = "What is the capital of France?\nA. London\nB. Berlin\nC. Paris\nD. The Hague\nAnswer:"

  /// Every row chooses one thing for the question above; no two rows choose the same.
  static let choices: [[String]] = [
    [
      "C", "c", "(C)", "( C )", "[C]", "C.", "C)", "C:", "(c)", "c.", #"\text{(C)}"#, #"\textbf{C}"#, #"\boxed{C}"#, #"\mathrm{(C)}"#,
      "**C**",
      "**(C)**", "\"C\"", "'C'", "$C$", "{C}", "Option C", "option (C)", "Choice C.", "Answer: C", "The answer is C.",
      "The correct answer is (C)",
      "The correct option is C", "the best choice is: C", #"\text{Option C}"#, "C: Paris", "(C) Paris", "C. Paris", "C) Paris",
      "C - Paris", "C — Paris",
      "C, Paris", "Option C: Paris", "Paris", "paris.", "**Paris**", #"\text{Paris}"#, "the Paris", "C. something else", "C: London",
      "(C).", "(C): Paris",
      " C ", "C\n", "Final answer: C",
    ],
    ["A", "A. London", "London", "a", "option A", "(a)"], ["B", "Berlin", "b)"], ["D", "Hague", "The Hague", "D. The Hague"],
    ["A and C", "A, C", "(A) and (C)", "C and A", "A & C", "A, and C", "A; C"], ["A, B and C"],
    ["E", "e", "(E)", "E."], ["Z"], ["Madrid"], ["A cat", "cat"], ["A or C"], ["A.M.", "AM", "a.m."], ["CC"], ["C3"],
    ["C-section", "C section"], ["5"],
    ["C++"], ["I think Paris"],
  ]

  @Test("Rows are classes of equality", arguments: choices.indices) func rowsAreClassesOfEquality(row: Int) {
    for answer in Self.choices[row] {
      for (index, others) in Self.choices.enumerated() {
        let misjudged = others.filter { judge.isEqual(answer, $0, question: Self.capital) != (index == row) }
        #expect(misjudged.isEmpty, "against '\(answer)'")
      }
    }
  }

  @Test(arguments: [
    "Which? A. ant B. bee C. cat", "Which? (A) ant (B) bee (C) cat", "Which? A) ant B) bee C) cat", "Which?\nA: ant\nB: bee\nC: cat",
    "Which?\n- A. ant\n- B. bee\n- C. cat\n\nAnswer with a letter.", "Which?\n**A.** ant\n**B.** bee\n**C.** cat",
    "Which?\n**A** ant\n**B** bee\n**C** cat",
    #"Which? $\textbf{(A)}\ \text{ant}\qquad\textbf{(B)}\ \text{bee}\qquad\textbf{(C)}\ \text{cat}$"#,
    #"Which? \text{(A)} ant \text{(B)} bee \text{(C)} cat"#,
    "Which?\r\nA. ant\r\nB. bee\r\nC. cat\r\n", "Which? [A] ant [B] bee [C] cat", "Is it (A) an ant, (B) a bee, or (C) a cat",
    "(A) ant (B) bee (C) cat",
    "A cat or A. nobody? A. ant B. bee C. cat", #"Which? $(A)~ant \quad (B)~bee \quad (C)~cat$"#,
    "Q: 1?\nA. yes\nB. no\nA: A\n\nQ: Which?\nA. ant\nB. bee\nC. cat\nA:",
  ])
  func optionsAreReadOffTheQuestion(question: String) {
    #expect(judge.isEqual("the ant", "A", question: question))
    #expect(judge.isEqual("Bee.", "(b)", question: question))
    #expect(judge.isEqual("cat", "Option C", question: question))
    #expect(!judge.isEqual("option D", "D", question: question), "D is not listed")
    #expect(!judge.isEqual("ant", "B", question: question))
  }

  @Test(
    "Options that speak of others are one",
    arguments: [
      "Which? (A) ant (B) bee (C) both (A) and (B) (D) none", "Which?\n(A) ant\n(B) bee\n(C) both (A) and (B)\n(D) none",
      "1? (A) x (B) y\n2? (A) ant (B) bee (C) both (A) and (B) (D) none",
    ])
  func optionsThatSpeakOfOthersAreOne(question: String) {
    #expect(judge.isEqual("both (A) and (B)", "C", question: question))
    #expect(judge.isEqual("none", "D", question: question))
    #expect(!judge.isEqual("A and B", "D", question: question))
  }

  @Test(
    "Questions without options take any letter",
    arguments: [
      "", "What is x?", "Let P(A) and P(B) be given.", "See (B) and (C).", "A. Lincoln met him.", "Points (A) and (B)", "f(A), f(B)",
      "x_{A} x_{B}",
      "Isotope $\\mathrm{A}$ decays faster than $\\mathrm{B}$ does.",
      "U.S.A. is B.",
    ])
  func questionsWithoutOptionsTakeAnyLetter(question: String) {
    #expect(judge.isEqual("J", "(J)", question: question))
    #expect(judge.isEqual("C: cat", "C", question: question))
    #expect(!judge.isEqual("E. coli", "E", question: question))
    #expect(!judge.isEqual("C. cat", "C", question: question))
    #expect(!judge.isEqual("K", "option K", question: question))
    #expect(judge.isEqual("K", "(k)", question: question))
  }

  @Test("Ten options are letters") func tenOptionsAreLetters() {
    let question = "Which?\n" + zip("ABCDEFGHIJ", 0..<10).map { "\($0). \($1 * 7)" }.joined(separator: "\n")
    #expect(judge.isEqual("J", "63", question: question))
    #expect(judge.isEqual("I", "56.0", question: question))
    #expect(judge.isEqual("A", "0", question: question))
    #expect(!judge.isEqual("A", "7", question: question))
  }

  @Test("Values and punctuation tell options apart") func valuesAndPunctuationTellOptionsApart() {
    let question = #"Where? (A) $(1,2]$ (B) $[1,2)$ (C) $\frac{1}{2}$ (D) $-\frac12$"#
    #expect(judge.isEqual("[1, 2)", "B", question: question))
    #expect(judge.isEqual("$(1,2]$", "A", question: question))
    #expect(judge.isEqual("0.5", "C", question: question))
    #expect(judge.isEqual("-1/2", "D", question: question))
  }

  @Test("Options that share a text mean the first") func optionsThatShareATextMeanTheFirst() {
    let question = "Which?\nA. ant\nB. The ant.\nC. bee\nD. ant"
    #expect(judge.isEqual("ant", "A", question: question))
    #expect(judge.isEqual("an ant", "A", question: question))
    #expect(judge.isEqual("the ant", "B", question: question), "an option as it is written comes before one up to articles")
    #expect(!judge.isEqual("ant", "B", question: question))
  }

  @Test("A letter names its option even where it is the text of another") func aLetterNamesItsOptionEvenWhereItIsTheTextOfAnother() {
    let question = "Which base pairs with G?\nA. C\nB. A\nC. T"
    #expect(judge.isEqual("A", "option A", question: question))
    #expect(!judge.isEqual("C", "A", question: question))
    let names = "Who?\nA. B. Obama\nB. A. Lincoln"
    #expect(judge.isEqual("A. Lincoln", "B", question: names))
  }

  @Test("Verdicts name their basis") func verdictsNameTheirBasis() {
    #expect(judge.verdict(on: "C", and: "Paris", question: Self.capital) == Verdict(isEquivalent: true, basis: .choice))
    #expect(judge.verdict(on: "C", and: "Madrid", question: Self.capital) == Verdict(isEquivalent: false, basis: .choice))
    #expect(judge.verdict(on: "Rome", and: "Madrid", question: Self.capital) == Verdict(isEquivalent: false, basis: .text))
    #expect(judge.verdict(on: "", and: "C", question: Self.capital).basis == .empty)
    #expect(judge.clusters(of: ["C", "Paris", "", "x", "(C)", "D", ""], question: Self.capital) == [0, 0, 1, 2, 0, 3, 4])
  }
}
