import NumericTestSupport
import Rollouts
import Testing
import Tokenizers
import Transformer

struct CompletionServiceTests {
  /// Everything that the events of a request say.
  struct Answer: Equatable, Sendable {
    var prompt: [ScoredToken]?
    var tokens: [[ScoredToken]]
    var texts: [String]
    var reasons: [FinishReason?]

    init(samples: Int) {
      tokens = Array(repeating: [], count: samples)
      texts = Array(repeating: "", count: samples)
      reasons = Array(repeating: nil, count: samples)
    }
  }

  static func service(
    sequences: Int = 8, length: Int = 100, cacheBytes: Int = 1 << 24, promptRows: Int = 16, requests: Int = 200, lanes: Int = 1
  ) throws -> CompletionService {
    try CompletionService(
      TinyModel.decoder(lanes: lanes), tokenizer: TinyTokenizer.make(),
      options: .init(
        maximumSequences: sequences, maximumLength: length, cacheBytes: cacheBytes, promptRows: promptRows, maximumRequests: requests))
  }

  static func answer(_ request: CompletionRequest, from service: CompletionService) async throws -> Answer {
    var answer = Answer(samples: request.sampleCount)
    for try await event in try service.submit(request) {
      switch event {
      case .prompt(let tokens):
        #expect(answer.prompt == nil && answer.tokens.allSatisfy(\.isEmpty))
        answer.prompt = tokens
      case .token(let sample, let token, let text):
        #expect(answer.reasons[sample] == nil)
        answer.tokens[sample].append(token)
        answer.texts[sample] += text
      case .finished(let sample, let reason, let text):
        #expect(answer.reasons[sample] == nil)
        answer.reasons[sample] = reason
        answer.texts[sample] += text
      }
    }
    return answer
  }

  /// Requests of unlike prompts and options.
  static func request(_ index: Int) -> CompletionRequest {
    let options = SamplingOptions(
      temperature: [1, 0.7, 0, 1.3][index % 4], topK: index % 5 == 1 ? 5 : 0, topP: index % 7 == 3 ? 0.8 : 1,
      maximumNewTokens: index % 11 == 5 ? 0 : 1 + index * 7 % 40)
    return CompletionRequest(
      promptTokens: TinyModel.tokens(1 + index * 5 % 43, seed: UInt64(index)), sampleCount: [1, 3, 1, 9][index % 4],
      seed: UInt64(index / 3), slot: UInt32(index % 3), options: options, stopTokens: index % 2 == 0 ? [1] : [],
      stopTexts: index % 3 == 0 ? ["stop", "ab", "é"] : [], alternativeCount: [0, 5, 20, 1][index % 4],
      scoresPrompt: index % 11 == 5 || index % 3 == 1)
  }

  @Test(arguments: [1, 2])
  func `A hundred requests at once are each answered as alone`(lanes: Int) async throws {
    let alone = try Self.service(sequences: 64)
    let busy = try Self.service(sequences: 7, cacheBytes: 40 * 16 * 2 * 2 * 2 * 10 * 4, lanes: lanes)
    let answers = try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      for index in 0..<100 { group.addTask { (index, try await Self.answer(Self.request(index), from: busy)) } }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for index in 0..<100 {
      let expected = try await Self.answer(Self.request(index), from: alone)
      let isSame = answers[index] == expected
      #expect(isSame, "request \(index)")
      #expect(!expected.reasons.contains(nil))
    }
  }

  @Test func `Tokens and log-probabilities are those of a training rollout`() async throws {
    let request = CompletionRequest(
      promptTokens: TinyModel.tokens(20, seed: 5), sampleCount: 12, seed: 9, options: SamplingOptions(maximumNewTokens: 30),
      stopTokens: [1, 2])
    let answer = try await Self.answer(request, from: try Self.service(sequences: 5))
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 12, maximumLength: 50)
    let samples = engine.generate([
      GenerationRequest(
        promptTokens: request.promptTokens, sampleCount: 12, seed: 9, options: request.options, stopTokens: [1, 2])
    ])[0]
    for (index, sample) in samples.enumerated() {
      #expect(answer.tokens[index].map(\.id) == sample.tokens)
      #expect(answer.tokens[index].compactMap(\.logProbability).bits == sample.logProbabilities.bits)
      #expect(answer.reasons[index] == (sample.isTruncated ? .length : .stop))
    }
  }

  @Test(arguments: [1, 2, 17, 60])
  func `A prompt's scores are training's, bit for bit`(length: Int) async throws {
    let prompt = TinyModel.tokens(length, seed: 8)
    let request = CompletionRequest(
      promptTokens: prompt, options: SamplingOptions(maximumNewTokens: 0), stopTokens: [], alternativeCount: 3, scoresPrompt: true)
    let answer = try await Self.answer(request, from: try Self.service(sequences: 3, promptRows: 7))
    let scores = try #require(answer.prompt)
    #expect(scores.map(\.id) == prompt && scores[0].logProbability == nil && scores[0].alternatives.isEmpty)
    #expect(answer.tokens == [[]] && answer.reasons == [.length])
    guard length > 1 else { return }
    let expected = TrainingPass(try TinyModel.decoder()).forward([TrainingGroup(tokens: prompt)]).logProbabilities
    #expect(scores.compactMap(\.logProbability).bits == expected.bits)
    for score in scores.dropFirst() { try Self.expectRanked(score, count: 3) }
  }

  @Test func `Alternatives are the most probable tokens, in order`() async throws {
    let request = CompletionRequest(
      promptTokens: [3, 4], sampleCount: 4, options: SamplingOptions(maximumNewTokens: 20), stopTokens: [], alternativeCount: 20)
    let answer = try await Self.answer(request, from: try Self.service())
    for token in answer.tokens.joined() { try Self.expectRanked(token, count: 20) }
    let greedy = CompletionRequest(promptTokens: [3, 4], options: .greedy(maximumNewTokens: 20), stopTokens: [], alternativeCount: 1)
    for token in try await Self.answer(greedy, from: try Self.service()).tokens[0] {
      #expect(token.alternatives == [.init(id: token.id, logProbability: try #require(token.logProbability))])
    }
  }

  static func expectRanked(_ token: ScoredToken, count: Int) throws {
    #expect(token.alternatives.count == count)
    for (first, second) in zip(token.alternatives, token.alternatives.dropFirst()) {
      #expect(
        first.logProbability > second.logProbability || (first.logProbability == second.logProbability && first.id < second.id))
    }
    let logProbability = try #require(token.logProbability)
    let same = token.alternatives.first { $0.id == token.id }
    let least = try #require(token.alternatives.last).logProbability
    #expect(same.map { $0.logProbability == logProbability } ?? (logProbability <= least))
  }

  @Test func `A continuation ends before its stop text, wherever the tokens are cut`() async throws {
    let tokenizer = try TinyTokenizer.make()
    let service = try Self.service(sequences: 16)
    let free = CompletionRequest(
      promptTokens: [7], sampleCount: 60, seed: 3, options: SamplingOptions(maximumNewTokens: 60), stopTokens: [])
    let whole = try await Self.answer(free, from: service)
    var stopping = free
    stopping.stopTexts = ["ae", "stop", "é", "€"]
    let answer = try await Self.answer(stopping, from: service)
    var stopCount = 0
    for sample in 0..<60 {
      let tokens = whole.tokens[sample].map(\.id)
      // The first prefix of the tokens whose text has a stop text.
      let end = tokens.indices.first { end in
        stopping.stopTexts.contains { tokenizer.decode(Array(tokens[...end]), skippingSpecialTokens: true).contains($0) }
      }
      guard let end else {
        #expect(answer.texts[sample] == whole.texts[sample] && answer.reasons[sample] == .length)
        continue
      }
      stopCount += 1
      let text = tokenizer.decode(Array(tokens[...end]), skippingSpecialTokens: true)
      let cut = stopping.stopTexts.compactMap { text.firstRange(of: $0)?.lowerBound }.min()
      #expect(answer.texts[sample] == text[..<(try #require(cut))])
      #expect(answer.tokens[sample].map(\.id) == Array(tokens[...end]))
      #expect(answer.reasons[sample] == .stop)
    }
    #expect(stopCount > 5 && stopCount < 60)
  }

  @Test func `The text of a stop token is left out, and no text ends within a character`() async throws {
    let tokenizer = try TinyTokenizer.make()
    let service = try Self.service(sequences: 16)
    let request = CompletionRequest(
      promptTokens: [7], sampleCount: 40, seed: 3, options: SamplingOptions(maximumNewTokens: 30), stopTokens: [16, 17])
    let answer = try await Self.answer(request, from: service)
    for sample in 0..<40 {
      let tokens = answer.tokens[sample].map(\.id)
      let kept = answer.reasons[sample] == .stop ? Array(tokens.dropLast()) : tokens
      #expect(answer.texts[sample] == tokenizer.decode(kept, skippingSpecialTokens: true))
    }
    #expect(answer.reasons.contains(.stop) && answer.reasons.contains(.length))
  }
}
