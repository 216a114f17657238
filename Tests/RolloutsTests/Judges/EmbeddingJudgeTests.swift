import Foundation
import Meaning
import Rollouts
import Testing
import Transformer

/// The judge with the tiny random encoders of scripts/fixtures/bert.py: what it makes of cosines, whatever they mean.
@Suite struct EmbeddingJudgeTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "TransformerTests/Fixtures/bert/mean-f32/model")

  private static func judge(_ options: EmbeddingJudge.Options = .init()) throws -> EmbeddingJudge {
    try EmbeddingJudge(folder: folder, options: options)
  }

  private static let answers = [
    "Paris", "", "the city of Paris", "paris", " Paris ", "  \n", "London", "Tom has 12 apples", "Tom buys 34 apples",
    "x^2 + 3.5x", "Paris", "мир",
  ]

  @Test("Joins answers whose cosine reaches the threshold") func joinsAnswersWhoseCosineReachesTheThreshold() throws {
    for threshold in [-1, 0.2, 0.5, 0.8, 0.95, 1] {
      let judge = try Self.judge(.init(threshold: threshold))
      let clusters = try judge.clusters(of: Self.answers, question: "Where?")
      let expected = try ClusterRule.components.clusters(count: Self.answers.count) { first, second in
        guard let cosine = try judge.similarity(of: Self.answers[first], and: Self.answers[second]) else { return false }
        // What the tokenizer makes the same has one embedding.
        return cosine >= threshold || cosine > 0.999_999
      }
      #expect(clusters == expected, "\(threshold)")
      for (first, second) in [(0, 2), (0, 6), (7, 8)] {
        let verdict = try judge.verdict(on: Self.answers[first], and: Self.answers[second], question: "Where?")
        let cosine = try #require(try judge.similarity(of: Self.answers[first], and: Self.answers[second]))
        #expect(verdict == Verdict(isEquivalent: cosine >= threshold, basis: .embedding))
      }
    }
  }

  @Test("Answers without content agree with nobody") func answersWithoutContentAgreeWithNobody() throws {
    let judge = try Self.judge(.init(threshold: -1))
    #expect(try judge.clusters(of: ["", "a", " ", "b", "", "a"], question: "") == [0, 1, 2, 1, 3, 1])
    #expect(try judge.verdict(on: "", and: "", question: "") == Verdict(isEquivalent: false, basis: .empty))
    #expect(try judge.verdict(on: "a", and: " \t", question: "") == Verdict(isEquivalent: false, basis: .empty))
    #expect(try judge.similarity(of: "a", and: "") == nil)
    #expect(try judge.clusters(of: [], question: "").isEmpty)
  }

  @Test("Agreement is reflexive and symmetric") func agreementIsReflexiveAndSymmetric() throws {
    let judge = try Self.judge(.init(threshold: 1))
    for first in Self.answers {
      let isContent = !first.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty
      #expect(try judge.isEqual(first, first) == isContent)
      for second in Self.answers { #expect(try judge.isEqual(first, second) == judge.isEqual(second, first)) }
    }
  }

  /// a–b and b–c agree and a–c does not: the rules differ.
  @Test("Draws clusters by the rule") func drawsClustersByTheRule() throws {
    let all = try Self.judge()
    let answers = Self.answers.filter { !$0.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty }
    var found = 0
    for a in answers {
      for b in answers {
        for c in answers {
          guard let ab = try all.similarity(of: a, and: b), let bc = try all.similarity(of: b, and: c),
            let ac = try all.similarity(of: a, and: c), min(ab, bc) > ac + 1e-3
          else { continue }
          found += 1
          guard found < 10 else { continue }
          let threshold = (min(ab, bc) + ac) / 2
          let components = try Self.judge(.init(threshold: threshold, rule: .components)).clusters(of: [a, b, c], question: "")
          let firstMatch = try Self.judge(.init(threshold: threshold, rule: .firstMatch)).clusters(of: [a, b, c], question: "")
          #expect(components == [0, 0, 0] && firstMatch == [0, 0, 1])
        }
      }
    }
    #expect(found > 0)
  }

  @Test("The question changes embeddings where asked for") func theQuestionChangesEmbeddingsWhereAskedFor() throws {
    let question = "What is the capital of France?"
    let alone = try Self.judge()
    let together = try Self.judge(.init(includesQuestion: true))
    let bare = try alone.similarity(of: "Paris", and: "London", question: question)
    #expect(try bare == alone.similarity(of: "Paris", and: "London"))
    #expect(try together.similarity(of: "Paris", and: "London") == bare)
    #expect(try together.similarity(of: "Paris", and: "London", question: question) != bare)
    #expect(try together.verdict(on: "", and: "Paris", question: question).basis == .empty)
    #expect(alone.options.usualThreshold < together.options.usualThreshold)
  }

  @Test("The cache changes nothing", arguments: [0, 100, 1000, 1 << 20]) func theCacheChangesNothing(_ bytes: Int) throws {
    let judge = try Self.judge(.init(threshold: 0.6, cacheBytes: bytes))
    let expected = try Self.judge(.init(threshold: 0.6)).clusters(of: Self.answers, question: "")
    for _ in 0..<3 {
      #expect(try judge.clusters(of: Self.answers, question: "") == expected)
      #expect(try judge.clusters(of: Self.answers.reversed(), question: "").count == expected.count)
    }
  }

  @Test("Any thread may ask") func anyThreadMayAsk() async throws {
    let judge = try Self.judge(.init(threshold: 0.6))
    let expected = try judge.clusters(of: Self.answers, question: "")
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 { group.addTask { try judge.clusters(of: Self.answers, question: "") == expected } }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  @Test("Refuses thresholds that are no cosine", arguments: [1.1, -2, .nan, .infinity]) func refusesThresholdsThatAreNoCosine(
    _ threshold: Double
  ) {
    let error = #expect(throws: RolloutsError.self) { try Self.judge(.init(threshold: threshold)) }
    #expect(error?.code == .request && error?.message.contains("\(threshold)") == true)
  }
}
