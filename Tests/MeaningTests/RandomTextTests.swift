import Meaning
import TestSupport
import Testing

/// Random strings of the pieces that the scanners and parsers look for: nothing traps, and what must hold for every text holds.
@Suite struct RandomTextTests {
  static let pieces = [
    "\\boxed", "{", "}", "\\{", "\\", "answer", "Answer", " is ", ":", "**", "*", "$", "\\$", "#", "####", "final ", "<answer>",
    "</answer>",
    ".", "\n", "\r\n", " ", "5", "12", ",", "000", "\\!", "\\,", "\\frac", "/", "%", "-", "+", "(", ")", "\\(", "\\)", "\\left", "\\right",
    "e",
    "\\text", "x", "\u{0301}", "é", "五", "\u{2212}", "~", "^", "_", "A", "B.", "(C)", "b", "and ", "option ", "\\textbf{", "the ",
    "twenty ", "one ", "hundred ", "million", "th", "²", "½",
    "’", "\\\"", "&", ":", "x10^", "```", "~~~", "$$", "\\[", "\\]", "\\begin{align}", "\\end{align}", "<think>", "</think>", "must be ",
    "not ",
    "correct", "given by", ", since ", " (five)", "`", "\\phantom", "?", "_", "\u{200B}", "- ", "\\boxed 5", "```\n",
  ]

  private func texts(seed: UInt64) -> [String] {
    var random = SeededRandom(state: seed)
    return (0..<500).map { _ in
      (0..<Int.random(in: 0...24, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
    }
  }

  /// Whether a text holds these scalars in a row.
  private func stands(_ part: some Sequence<Unicode.Scalar>, in text: String) -> Bool {
    let (scalars, part) = (Array(text.unicodeScalars), Array(part))
    return part.isEmpty || scalars.indices.contains { scalars[$0...].starts(with: part) }
  }

  @Test("Extracted answers are parts of the response", arguments: 0..<20) func extractedAnswersArePartsOfTheResponse(seed: UInt64) {
    for text in texts(seed: seed) {
      let answer = extractAnswer(from: text)
      // A list of boxes is put together from their contents.
      let items = Array(answer.text.unicodeScalars).split(separator: Array(", ".unicodeScalars))
      #expect(stands(answer.text.unicodeScalars, in: text) || items.allSatisfy { stands($0, in: text) }, "'\(text)'")
      #expect(!(answer.isBoxed && answer.text.isEmpty), "'\(text)'")
    }
  }

  @Test("Fallbacks are parts of the response", arguments: 0..<6, ExtractionOptions.Fallback.allCases)
  func fallbacksArePartsOfTheResponse(seed: UInt64, fallback: ExtractionOptions.Fallback) {
    for text in texts(seed: seed) {
      let answer = extractAnswer(from: text, options: ExtractionOptions(fallback: fallback))
      let items = Array(answer.text.unicodeScalars).split(separator: Array(", ".unicodeScalars))
      #expect(stands(answer.text.unicodeScalars, in: text) || items.allSatisfy { stands($0, in: text) }, "'\(text)'")
      #expect((answer.rule == .none) == answer.text.isEmpty, "'\(text)'")
      let plain = extractAnswer(from: text)
      #expect(plain == .none || plain == answer, "'\(text)'")
    }
  }

  @Test("Clusters are those of equality", arguments: 0..<20) func clustersAreThoseOfEquality(seed: UInt64) {
    expectClustersOfEquality(ExactJudge(), seed: seed)
    expectClustersOfEquality(TextJudge(), seed: seed)
    expectClustersOfEquality(ChoiceJudge(), seed: seed)
  }

  private func expectClustersOfEquality(_ judge: some KeyedJudge, seed: UInt64) {
    let question = texts(seed: seed + 100).first ?? ""
    let answers = Array(texts(seed: seed).map { String($0.prefix(6)) }.prefix(60))
    let clusters = (try? judge.clusters(of: answers, question: question)) ?? []
    for (first, cluster) in clusters.enumerated() {
      #expect(cluster <= (clusters[..<first].max() ?? -1) + 1)
      for second in clusters.indices where second != first {
        let isEqual = judge.isEqual(answers[first], answers[second], question: question)
        #expect((cluster == clusters[second]) == isEqual, "\(type(of: judge)): '\(answers[first])', '\(answers[second])'")
      }
    }
  }
}
