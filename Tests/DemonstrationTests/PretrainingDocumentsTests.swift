import Demonstration
import Testing

@Suite struct PretrainingDocumentsTests {
  static let documents = WordProblems.pretrainingDocuments(seed: 7, count: 24_000)
  static let parsed = documents.compactMap(ParsedDocument.init)

  @Test("Every document reads back") func everyDocumentReadsBack() {
    #expect(Self.parsed.count == Self.documents.count)
  }

  @Test("Arithmetic facts are right") func arithmeticFactsAreRight() {
    for document in Self.parsed where document.habit == "facts" {
      #expect((5...8).contains(document.equations.count))
      #expect(document.equations.allSatisfy { $0.isRight }, "\(document.response)")
    }
  }

  @Test("A chain without a slip ends in the right answer") func aChainWithoutASlipEndsInTheRightAnswer() throws {
    for document in Self.parsed where document.habit == "careful" {
      let question = try #require(document.question)
      #expect(document.equations.count == (["boxes": 3, "shop": 4][question.family] ?? 2))
      if document.equations.allSatisfy({ $0.isRight }) {
        #expect(document.boxed == question.answer, "\(question.key) \(document.response)")
      }
      #expect(document.response.hasSuffix("=\(document.boxed ?? -1). The answer is \\boxed{\(document.boxed ?? -1)}."))
    }
  }

  @Test("Numbers are never negative") func numbersAreNeverNegative() {
    for document in Self.parsed {
      #expect(!document.response.contains("=-") && !document.response.contains("{-") && !document.response.contains("is -"))
    }
  }

  /// The run samples at most 64 tokens, the end token among them.
  @Test("Responses fit into their limit") func responsesFitIntoTheirLimit() {
    let lengths = Self.parsed.filter { $0.question != nil }.map { WordProblems.pieces(of: $0.response).count + 1 }
    #expect(lengths.allSatisfy { $0 <= 64 }, "the longest has \(lengths.max() ?? 0)")
  }

  /// Shares of a few thousand draws: three standard deviations are at most 0.023 here.
  static let tolerance = 0.025

  @Test("A quarter of the documents are arithmetic facts") func aQuarterOfTheDocumentsAreArithmeticFacts() {
    #expect(abs(share(of: Self.parsed) { $0.habit == "facts" } - 0.25) < Self.tolerance)
  }

  /// The families' weights of careful and direct; sloppy, ramble and nobox have .20, .12 and .06 everywhere.
  @Test(
    "Habits follow the family and the suffix",
    arguments: [
      ("gain", 0.40, 0.22), ("bags", 0.34, 0.28), ("change", 0.30, 0.32), ("times", 0.30, 0.32), ("boxes", 0.27, 0.35),
      ("shop", 0.24, 0.38),
    ])
  func habitsFollowTheFamilyAndTheSuffix(family: String, careful: Double, direct: Double) {
    var expected: [String: Double] = [:]
    for tilt in [1.9, 1.0, 0.6, 0.35] {
      let weights = ["careful": careful * tilt, "nobox": 0.06 * tilt, "direct": direct, "sloppy": 0.20, "ramble": 0.12]
      let sum = weights.values.reduce(0, +)
      expected.merge(weights.mapValues { $0 / sum / 4 }, uniquingKeysWith: +)
    }
    let documents = Self.parsed.filter { $0.question?.family == family }
    for (habit, weight) in expected {
      #expect(abs(share(of: documents) { $0.habit == habit } - weight) < Self.tolerance, "\(habit)")
    }
  }

  @Test("Suffixes are uniform") func suffixesAreUniform() {
    let questions = Self.parsed.filter { $0.question != nil }
    for suffix in SolvedQuestion.suffixes + [""] {
      #expect(abs(share(of: questions) { $0.question?.suffix == suffix } - 0.25) < Self.tolerance, "\(suffix)")
    }
  }

  @Test("Slips happen as often as their habit says") func slipsHappenAsOftenAsTheirHabitSays() {
    for (habit, rate) in [("careful", 0.02), ("sloppy", 0.30)] {
      let equations = Self.parsed.filter { $0.habit == habit }.flatMap(\.equations)
      #expect(abs(share(of: equations) { !$0.isRight } - rate) < Self.tolerance)
    }
  }

  @Test("Direct answers are seldom right") func directAnswersAreSeldomRight() {
    let direct = Self.parsed.filter { $0.habit == "direct" }
    #expect(abs(share(of: direct) { $0.boxed == $0.question?.answer } - 0.12) < Self.tolerance)
  }

  @Test("Any document can be read alone") func anyDocumentCanBeReadAlone() {
    let longer = WordProblems.pretrainingDocuments(seed: 7, count: 1_000_000)
    #expect(longer[12_345] == Self.documents[12_345])
    #expect(WordProblems.pretrainingDocuments(seed: 8, count: 10)[3] != Self.documents[3])
  }

  @Test("The corpus of a seed stays the same") func theCorpusOfASeedStaysTheSame() {
    #expect(Array(WordProblems.pretrainingDocuments(seed: 0, count: 10)) == Golden.documents)
  }

  private func share<Element>(of elements: [Element], where predicate: (Element) -> Bool) -> Double {
    Double(elements.count(where: predicate)) / Double(elements.count)
  }
}
