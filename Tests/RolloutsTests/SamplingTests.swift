import Foundation
import NumericTestSupport
import Rollouts
import Tensors
import Testing
import Transformer

struct SamplingTests {
  static let prompt: [Int32] = [4, 9, 30, 2]
  static let count = 6_000

  @Test(arguments: [0.6, 1, 1.5])
  func `Tokens are drawn from the policy at its temperature`(temperature: Double) throws {
    let shares = softmax(try logProbabilities(), temperature: temperature)
    #expect(chiSquare(try firstTokens(SamplingOptions(temperature: temperature)), shares) < limit(shares))
  }

  @Test(arguments: [1, 4, 36, 37, 1_000])
  func `Top-k draws from the k most probable tokens alone`(k: Int) throws {
    let all = softmax(try logProbabilities(), temperature: 0.9)
    let kept = all.indices.sorted { all[$0] > all[$1] }.prefix(k)
    let shares = renormalized(all, keeping: Set(kept))
    #expect(chiSquare(try firstTokens(SamplingOptions(temperature: 0.9, topK: k)), shares) < limit(shares))
  }

  @Test(arguments: [0.05, 0.5, 0.9, 0.999])
  func `Top-p draws from the fewest tokens that reach p`(p: Double) throws {
    let all = softmax(try logProbabilities(), temperature: 1)
    var kept: Set<Int> = []
    var mass = 0.0
    for token in all.indices.sorted(by: { all[$0] > all[$1] }) where mass < p {
      kept.insert(token)
      mass += all[token]
    }
    let shares = renormalized(all, keeping: kept)
    #expect(chiSquare(try firstTokens(SamplingOptions(topP: p)), shares) < limit(shares))
  }

  @Test(arguments: [0.01, 0.3, 0.9, 1])
  func `Min-p draws from the tokens that are at least that share as probable as the first`(p: Double) throws {
    let all = softmax(try logProbabilities(), temperature: 1.3)
    let most = try #require(all.max())
    let kept = all.indices.filter { all[$0] >= p * most }
    let shares = renormalized(all, keeping: Set(kept))
    #expect(chiSquare(try firstTokens(SamplingOptions(temperature: 1.3, minP: p)), shares) < limit(shares))
  }

  @Test func `What min-p leaves out counts in neither top-k nor top-p`() throws {
    let all = softmax(try logProbabilities(), temperature: 1)
    let ranked = all.indices.sorted { all[$0] > all[$1] }
    let likely = ranked.filter { all[$0] >= 0.2 * all[ranked[0]] }
    var kept: Set<Int> = []
    var mass = 0.0
    let total = likely.prefix(20).reduce(0) { $0 + all[$1] }
    for token in likely.prefix(20) where mass < 0.7 * total {
      kept.insert(token)
      mass += all[token]
    }
    let shares = renormalized(all, keeping: kept)
    #expect(chiSquare(try firstTokens(SamplingOptions(topK: 20, topP: 0.7, minP: 0.2)), shares) < limit(shares))
  }

  @Test(arguments: [0.5, 1.3, 4], [0, 1.2])
  func `A repetition penalty lowers the logits of tokens of the prompt and the response`(_ penalty: Double, _ temperature: Double) throws {
    let decoder = try TinyModel.decoder()
    let options = SamplingOptions(temperature: temperature, repetitionPenalty: penalty, maximumNewTokens: 2)
    let engine = GenerationEngine(decoder, maximumSequences: 64, maximumLength: 10)
    let samples = engine.generate([
      GenerationRequest(promptTokens: Self.prompt, sampleCount: Self.count, seed: 3, options: options, stopTokens: [])
    ])[0]
    let firsts = (0..<37 as Range<Int32>).map { token in samples.count { $0.tokens[0] == token } }
    let first = Int32(try #require(firsts.indices.max { firsts[$0] < firsts[$1] }))
    // The first place, and the second behind the most frequent first token.
    for (prefix, counts) in [
      (Self.prompt, firsts), (Self.prompt + [first], (0..<37).map { token in samples.count { $0.tokens == [first, token] } }),
    ] {
      let pass = InferencePass(decoder, rows: 8, sequences: 1, blocks: 4)
      var sequence = InferencePass.Sequence()
      pass.append(prefix, to: &sequence)
      var logits = pass.run().array(row: 0)
      for token in Set(prefix) { logits[Int(token)] *= Float(logits[Int(token)] > 0 ? 1 / penalty : penalty) }
      if temperature == 0 {
        #expect(counts.firstIndex { $0 > 0 } == logits.indices.max { logits[$0] < logits[$1] })
      } else {
        let shares = softmax(logits, temperature: temperature)
        #expect(NumericTestSupport.chiSquare(counts, shares: shares) < limit(shares))
      }
    }
  }

  @Test func `Greedy samples take the most probable token each time, whatever the seed`() throws {
    let decoder = try TinyModel.decoder()
    let engine = GenerationEngine(decoder, maximumSequences: 4, maximumLength: 40)
    let requests = (0..<2 as Range<UInt64>).map {
      GenerationRequest(
        promptTokens: Self.prompt, sampleCount: 3, seed: $0, options: .greedy(maximumNewTokens: 15), stopTokens: [])
    }
    let samples = engine.generate(requests).joined()
    #expect(Set(samples.map(\.tokens)).count == 1)
    var tokens = Self.prompt
    for token in try #require(samples.first).tokens {
      let all = try logProbabilities(after: tokens)
      #expect(Int(token) == all.indices.max { all[$0] < all[$1] })
      tokens.append(token)
    }
  }

  @Test func `A sample ends with its first stop token, or truncated at its limit`() throws {
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 32, maximumLength: 60)
    let stops: Set<Int32> = [1, 7, 20]
    let samples = engine.generate([
      GenerationRequest(
        promptTokens: Self.prompt, sampleCount: 200, seed: 5, options: SamplingOptions(maximumNewTokens: 12), stopTokens: Array(stops))
    ])[0]
    for sample in samples {
      #expect(sample.tokens.count == sample.logProbabilities.count)
      #expect(!sample.tokens.dropLast().contains { stops.contains($0) })
      let ends = sample.tokens.last.map { stops.contains($0) } == true
      #expect(sample.isTruncated == !ends)
      #expect(ends || sample.tokens.count == 12)
      #expect(!sample.logProbabilities.contains { !($0 <= 0) })
    }
    // Both ends happen, and one stops at its last place without being truncated or does so at the first.
    #expect(samples.contains { $0.isTruncated } && samples.contains { !$0.isTruncated && $0.tokens.count == 1 })
  }

  @Test func `Seeds, steps, slots and samples draw differently`() throws {
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 16, maximumLength: 60)
    let keys: [(UInt64, UInt32, UInt32)] = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]
    let requests = keys.map { seed, step, slot in
      GenerationRequest(
        promptTokens: Self.prompt, sampleCount: 4, seed: seed, step: step, slot: slot,
        options: SamplingOptions(maximumNewTokens: 24), stopTokens: [])
    }
    #expect(Set(engine.generate(requests).joined().map(\.tokens)).count == 16)
  }

  @Test func `Log-probabilities are the policy's at temperature 1 whatever the options`() throws {
    let expected = try logProbabilities()
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 64, maximumLength: 10)
    for options in [
      SamplingOptions(temperature: 0.5, maximumNewTokens: 1), SamplingOptions(topK: 3, maximumNewTokens: 1),
      SamplingOptions(topP: 0.5, maximumNewTokens: 1), .greedy(maximumNewTokens: 1), SamplingOptions(minP: 0.5, maximumNewTokens: 1),
      SamplingOptions(repetitionPenalty: 3, maximumNewTokens: 1),
    ] {
      let samples = engine.generate([
        GenerationRequest(promptTokens: Self.prompt, sampleCount: 50, seed: 1, options: options, stopTokens: [])
      ])[0]
      for sample in samples { #expect(sample.logProbabilities[0] == expected[Int(sample.tokens[0])]) }
    }
  }

  // MARK: Expectations

  /// How often each token came first.
  private func firstTokens(_ options: SamplingOptions) throws -> [Int] {
    var options = options
    options.maximumNewTokens = 1
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 64, maximumLength: 10)
    let samples = engine.generate([
      GenerationRequest(promptTokens: Self.prompt, sampleCount: Self.count, seed: 17, options: options, stopTokens: [])
    ])[0]
    return (0..<37 as Range<Int32>).map { token in samples.count { $0.tokens[0] == token } }
  }

  /// ln p of every token after a prefix, from training's forward.
  private func logProbabilities(after prefix: [Int32] = prompt) throws -> [Float] {
    let sequences = (0..<37 as Range<Int32>).map { TrainingGroup(tokens: prefix + [$0], firstTarget: prefix.count) }
    return TrainingPass(try TinyModel.decoder()).forward(sequences).logProbabilities
  }

  private func softmax(_ logProbabilities: [Float], temperature: Double) -> [Double] {
    let weights = logProbabilities.map { exp(Double($0) / temperature) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  private func renormalized(_ shares: [Double], keeping kept: Set<Int>) -> [Double] {
    let total = kept.reduce(0) { $0 + shares[$1] }
    return shares.indices.map { kept.contains($0) ? shares[$0] / total : 0 }
  }

  /// Pearson's statistic over the tokens that may come; infinite when one came that may not.
  private func chiSquare(_ counts: [Int], _ shares: [Double]) -> Double {
    let possible = shares.indices.filter { shares[$0] > 0 }
    guard possible.reduce(0, { $0 + counts[$1] }) == Self.count else { return .infinity }
    return NumericTestSupport.chiSquare(possible.map { counts[$0] }, shares: possible.map { shares[$0] })
  }

  private func limit(_ shares: [Double]) -> Double {
    chiSquareLimit(degrees: max(1, shares.count { $0 > 0 } - 1))
  }
}
