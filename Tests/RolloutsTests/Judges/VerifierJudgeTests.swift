import Meaning
import NumericTestSupport
import Rollouts
import Tensors
import Testing
import Tokenizers
import Transformer

@Suite struct VerifierJudgeTests {
  static let answers = ["acd", "a d", "stop", "st op", "e", "pqr", "tuv acd", "d.", "lmno", "acd, acd", "k", "sst"]
  static let question = "do stop at acd"

  /// A prompt of letters that the tiny tokenizer has.
  static func prompt(yes: String = "a", no: String = "c") throws -> VerifierPrompt {
    try VerifierPrompt("tuv {question}. {reference} op {answer}. st", yes: yes, no: no)
  }

  /// Options for the tiny model, whose decoder has 512 positions.
  static func options(_ change: (inout VerifierJudge.Options) -> Void = { _ in }) throws -> VerifierJudge.Options {
    var options = VerifierJudge.Options(
      prompt: try prompt(), maximumLength: 256, maximumAnswerTokens: 32, maximumQuestionTokens: 100, rows: 64)
    change(&options)
    return options
  }

  static func judge(
    seed: UInt64 = 3, lanes: Int = 1, _ change: (inout VerifierJudge.Options) -> Void = { _ in }
  ) throws -> VerifierJudge {
    try VerifierJudge(
      TinyModel.decoder(seed: seed, lanes: lanes, positions: 512), tokenizer: TinyTokenizer.make(), options: try options(change))
  }

  static var pairs: [(reference: String, answer: String)] { answers.flatMap { a in answers.map { (a, $0) } } }

  @Test("Odds are those of the engines scores") func oddsAreThoseOfTheEnginesScores() throws {
    let tokenizer = try TinyTokenizer.make()
    let decoder = try TinyModel.decoder(seed: 3, positions: 512)
    let engine = GenerationEngine(decoder, maximumSequences: 4, maximumLength: 256)
    let odds = try Self.judge().logOdds(of: Self.pairs, question: Self.question)
    for (pair, odds) in zip(Self.pairs, odds).prefix(20) {
      let prompt = tokenizer.encode("tuv \(Self.question). \(pair.reference) op \(pair.answer). st")
      let scores = ["a", "c"].map { answer -> Float in
        var score: Float = .nan
        _ = engine.submit(
          GenerationRequest(
            promptTokens: prompt + tokenizer.encode(answer), sampleCount: 1, seed: 0, options: SamplingOptions(maximumNewTokens: 0),
            stopTokens: [], scoresPrompt: true))
        while !engine.isIdle {
          _ = engine.step { event in if case .prompt(_, let tokens) = event { score = tokens.last?.logProbability ?? .nan } }
        }
        return score
      }
      #expect(odds == scores[0] - scores[1], "\(pair)")
    }
  }

  /// Calls that cut prompts anywhere, prefixes of any length, other lanes, no memory: the same bits.
  @Test("Opinions do not depend on the batch", arguments: [1, 5, 17, 64, 500]) func opinionsDoNotDependOnTheBatch(rows: Int) throws {
    let alone = try Self.judge { $0.cacheBytes = 0 }
    let expected = try Self.pairs.map { try alone.logOdds(of: [$0], question: Self.question)[0] }
    let judge = try Self.judge(lanes: 2) { $0.rows = rows }
    #expect(try judge.logOdds(of: Self.pairs, question: Self.question) == expected)
    #expect(try judge.logOdds(of: Self.pairs.reversed(), question: Self.question) == expected.reversed())
    #expect(Set(expected).count > 100)
  }

  @Test("Both directions are symmetric and need two yes") func bothDirectionsAreSymmetricAndNeedTwoYes() throws {
    // In the middle, so that there is a yes as often as a no.
    let middle = try Self.judge().logOdds(of: Self.pairs, question: Self.question).sorted()[Self.pairs.count / 2]
    let both = try Self.judge { $0.threshold = middle }
    let one = try Self.judge { ($0.threshold, $0.direction) = (middle, .one) }
    var differs = false
    for pair in Self.pairs where pair.reference != pair.answer {
      let verdict = try both.verdict(on: pair.reference, and: pair.answer, question: Self.question)
      #expect(try both.verdict(on: pair.answer, and: pair.reference, question: Self.question) == verdict)
      let forth = try one.verdict(on: pair.reference, and: pair.answer, question: Self.question).isEquivalent
      let back = try one.verdict(on: pair.answer, and: pair.reference, question: Self.question).isEquivalent
      #expect(verdict == Verdict(isEquivalent: forth && back, basis: .verifier))
      if forth != back { differs = true }
    }
    #expect(differs)
  }

  @Test("Clusters follow the rule", arguments: ClusterRule.allCases, VerifierJudge.Direction.allCases)
  func clustersFollowTheRule(rule: ClusterRule, direction: VerifierJudge.Direction) throws {
    for seed: UInt64 in 3...6 {
      let odds = try Self.judge(seed: seed).logOdds(of: Self.pairs, question: Self.question).sorted()
      let judge = try Self.judge(seed: seed) {
        // A yes for some: neither one cluster nor one an answer.
        $0.threshold = odds[odds.count * 4 / 5]
        $0.rule = rule
        $0.direction = direction
      }
      let expected = try rule.clusters(count: Self.answers.count) {
        try judge.verdict(on: Self.answers[$0], and: Self.answers[$1], question: Self.question).isEquivalent
      }
      #expect(try judge.clusters(of: Self.answers, question: Self.question) == expected)
      #expect((1..<Self.answers.count - 1).contains(expected.max() ?? 0), "seed \(seed): \(expected)")
    }
  }

  @Test("Thresholds move the decision") func thresholdsMoveTheDecision() throws {
    let never = try Self.judge { $0.threshold = .infinity }
    let always = try Self.judge { $0.threshold = -.infinity }
    #expect(try never.clusters(of: Self.answers, question: "") == Array(Self.answers.indices))
    #expect(try always.clusters(of: Self.answers, question: "") == Self.answers.map { _ in 0 })
    let odds = try never.logOdds(of: [("acd", "a d")], question: "")[0]
    #expect(try !Self.judge { ($0.threshold, $0.direction) = (odds, .one) }.isEqual("acd", "a d"))
    #expect(try Self.judge { ($0.threshold, $0.direction) = (odds.nextDown, .one) }.isEqual("acd", "a d"))
  }

  @Test("Identical answers are the same and empty ones alone") func identicalAnswersAreTheSameAndEmptyOnesAlone() throws {
    let never = try Self.judge { $0.threshold = .infinity }
    #expect(try never.clusters(of: ["", "acd", " acd\n", "  ", "e", "acd", ""], question: "") == [0, 1, 1, 2, 3, 1, 4])
    #expect(try never.clusters(of: [], question: "") == [])
    #expect(try never.verdict(on: "acd", and: " acd", question: "") == Verdict(isEquivalent: true, basis: .text))
    #expect(try never.verdict(on: "", and: " ", question: "") == Verdict(isEquivalent: false, basis: .empty))
  }

  @Test("Many callers get what one gets") func manyCallersGetWhatOneGets() async throws {
    let judge = try Self.judge(lanes: 2) { $0.cacheBytes = 4_000 }
    let expected = try Self.judge().clusters(of: Self.answers, question: Self.question)
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<8 { group.addTask { try judge.clusters(of: Self.answers, question: Self.question) } }
      for try await clusters in group { #expect(clusters == expected) }
    }
  }

  @Test("Broken weights are an error") func brokenWeightsAreAnError() throws {
    let parameters = TinyModel.parameters()
    parameters.storage.withMutableSpan(parameters.layout.entries[0].range) { span in
      for index in span.indices { span[index] = .nan }
    }
    let decoder = Decoder(parameters, positions: 512, lanes: .init(count: 1))
    let judge = try VerifierJudge(decoder, tokenizer: TinyTokenizer.make(), options: try Self.options())
    let error = #expect(throws: RolloutsError.self) { try judge.clusters(of: ["acd", "e"], question: "") }
    #expect(error?.code == .model)
  }
}
