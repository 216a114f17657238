import HuggingFace
import NumericTestSupport
import Rollouts
import TestSupport
import Testing
import Transformer

/// Following given responses proves them: what comes out is bit for bit what sampling gave, and anything else is found.
struct FollowingTests {
  /// Prompts of odd lengths, on both sides of a block's 16 positions, with every way of drawing. The 12 requests of a group size.
  private static func requests(group: Int, seed: UInt64) -> [GenerationRequest] {
    let prompts = [1, 15, 16, 17, 31, 33, 3, 47, 32, 7, 21, 64]
    return prompts.enumerated().map { index, length in
      let options = SamplingOptions(
        temperature: [1, 0.7, 1.3, 0][index % 4], topK: index % 5 == 1 ? 6 : 0, topP: index % 3 == 2 ? 0.8 : 1,
        maximumNewTokens: [34, 1, 17, 50, 2, 16][index % 6])
      return GenerationRequest(
        promptTokens: TinyModel.tokens(length, seed: seed &+ UInt64(index)), sampleCount: group, seed: seed, step: 3, slot: UInt32(index),
        options: options, stopTokens: index % 2 == 0 ? [1] : [])
    }
  }

  private static func follow(_ groups: [[Sample]], of requests: [GenerationRequest]) -> [GenerationRequest] {
    zip(requests, groups).map { request, samples in
      var request = request
      request.given = samples.map(\.tokens)
      return request
    }
  }

  private static func areSame(_ a: [[Sample]], _ b: [[Sample]]) -> Bool {
    a == b && zip(a.joined(), b.joined()).allSatisfy { $0.logProbabilities.bits == $1.logProbabilities.bits }
  }

  @Test(
    arguments: [(ModelConfiguration.Architecture.qwen2, true), (.qwen3, false), (.llama, true)], WeightType.allCases
  )
  func `What sampling gave is given again, bit for bit`(_ family: (ModelConfiguration.Architecture, Bool), type: WeightType) throws {
    let decoder = try TinyModel.decoder(family.0, tied: family.1, storing: type)
    let shared = try TinyModel.decoder(family.0, tied: family.1, lanes: 2, storing: type)
    let sampler = GenerationEngine(decoder, maximumSequences: 64, maximumLength: 120)
    // Rows of a pass: as many as there are, and so few that responses are cut in unlike places.
    let checkers = [
      GenerationEngine(decoder, maximumSequences: 64, maximumLength: 120),
      GenerationEngine(shared, maximumSequences: 5, maximumLength: 120, promptRows: 23),
    ]
    for (seed, group) in [1, 8, 16, 1, 3].enumerated() {
      let requests = Self.requests(group: group, seed: UInt64(100 * seed + 7))
      let groups = sampler.generate(requests)
      for checker in checkers {
        let free = checker.freeBlocks
        let isSame = Self.areSame(checker.generate(Self.follow(groups, of: requests)), groups)
        #expect(isSame, "groups of \(group), seed \(seed)")
        #expect(checker.differences(groups, from: requests).joined().allSatisfy { $0 == nil })
        #expect(checker.isIdle && checker.freeBlocks == free)
      }
    }
  }

  @Test func `Whatever a worker changes in a sample is found where it is`() throws {
    let decoder = try TinyModel.decoder()
    let engine = GenerationEngine(decoder, maximumSequences: 16, maximumLength: 120)
    let requests = Self.requests(group: 4, seed: 5)
    let groups = engine.generate(requests)
    var random = SeededRandom(seed: 8)
    for (index, request) in requests.enumerated() {
      for _ in 0..<6 {
        let victim = random.below(4)
        let honest = groups[index][victim]
        let position = random.below(honest.tokens.count)
        for (sample, expected) in Self.lies(about: honest, at: position, request, using: &random) {
          var samples = groups[index]
          samples[victim] = sample
          let differences = engine.differences([samples], from: [request])[0]
          for other in 0..<4 where other != victim { #expect(differences[other] == nil) }
          #expect(differences[victim]?.position == expected.position, "\(expected)")
          #expect(differences[victim]?.kind == expected.kind)
        }
      }
    }
  }

  private static func lies(
    about honest: Sample, at position: Int, _ request: GenerationRequest, using random: inout SeededRandom
  ) -> [(sample: Sample, expected: (kind: SampleDifference.Kind, position: Int))] {
    var lies: [(sample: Sample, expected: (kind: SampleDifference.Kind, position: Int))] = []
    func lie(_ kind: SampleDifference.Kind, _ position: Int, _ change: (inout Sample) -> Void) {
      var sample = honest
      change(&sample)
      lies.append((sample, (kind, position)))
    }
    let value = honest.logProbabilities[position]
    let changed = Float(bitPattern: value.bitPattern ^ (1 << random.within(UInt32(0)...31)))
    let token = honest.tokens[position]
    let other = (token + random.within(1...36)) % 37
    if !changed.isNaN {
      lie(.logProbability(changed, expected: value), position) { $0.logProbabilities[position] = changed }
    }
    for stranger in [other, -1, 37, .max, .min] {
      lie(.token(stranger, expected: token), position) { $0.tokens[position] = stranger }
    }
    lie(.early, position) {
      $0.tokens.removeSubrange(position...)
      $0.logProbabilities.removeSubrange(position...)
    }
    lie(.ending, honest.tokens.count) { $0.isTruncated.toggle() }
    lie(.logProbability(nil, expected: honest.logProbabilities.last ?? 0), honest.tokens.count - 1) { $0.logProbabilities.removeLast() }
    for count in [1, 60] {
      lie(.late, honest.tokens.count) {
        $0.tokens += [Int32](repeating: other, count: count)
        $0.logProbabilities += [Float](repeating: -1, count: count)
      }
    }
    lie(.late, honest.tokens.count) { $0.logProbabilities.append(-1) }
    return lies
  }

  @Test func `A sample ends at the first token that is not the given one, and tells its true end`() throws {
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 8, maximumLength: 100)
    var request = GenerationRequest(
      promptTokens: [5, 6, 7], sampleCount: 5, seed: 1, options: SamplingOptions(maximumNewTokens: 20), stopTokens: [])
    let honest = engine.generate([request])[0]
    request.given = honest.enumerated().map { index, sample in
      var tokens = sample.tokens
      switch index {
      case 0: tokens[6] = (tokens[6] + 1) % 37
      case 1: tokens = []
      case 2: tokens.removeLast()
      case 3: tokens[19] = (tokens[19] + 1) % 37
      default: tokens += tokens
      }
      return tokens
    }
    var reasons: [Int: [FinishReason?]] = [:]
    _ = engine.submit(request)
    var followed: [Sample] = []
    while !engine.isIdle {
      for finished in engine.step({ event in
        if case .token(_, let sample, _, let reason) = event { reasons[sample, default: []].append(reason) }
      }) { followed = finished.samples }
    }
    for (index, count) in [7, 1, 20, 20, 20].enumerated() {
      #expect(followed[index].tokens == Array(honest[index].tokens.prefix(count)))
      #expect(followed[index].logProbabilities.bits == honest[index].logProbabilities.prefix(count).bits)
      #expect(followed[index].isTruncated == (count == 20))
      #expect(reasons[index] == [FinishReason?](repeating: nil, count: count - 1) + [count == 20 ? .length : nil])
    }
  }

  @Test func `A response is computed in few steps, beside requests that sample`() throws {
    let decoder = try TinyModel.decoder()
    let engine = GenerationEngine(decoder, maximumSequences: 32, maximumLength: 120, promptRows: 1_000)
    let request = GenerationRequest(
      promptTokens: TinyModel.tokens(20, seed: 2), sampleCount: 16, seed: 4, options: SamplingOptions(maximumNewTokens: 60),
      stopTokens: [])
    let other = GenerationEngineTests.requests[8]
    let groups = engine.generate([request, other])
    var following = request
    following.given = groups[0].map(\.tokens)
    _ = engine.submit(other)
    _ = engine.step()
    let id = engine.submit(following)
    var steps = 0
    var finished: [Int: [Sample]] = [:]
    while !engine.isIdle {
      for done in engine.step() { finished[done.id] = done.samples }
      if finished[id] == nil { steps += 1 }
    }
    #expect(finished[id] == groups[0] && finished[id - 1] == groups[1])
    // The prompt, and then 16 responses of 59 tokens at once.
    #expect(steps == 1)
  }

  @Test func `As many responses as samples are followed, and no others`() throws {
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 2, maximumLength: 50)
    var request = GenerationRequest(
      promptTokens: [4], sampleCount: 2, seed: 1, options: SamplingOptions(maximumNewTokens: 9), stopTokens: [])
    for given in [[], [[5]], [[5], [6], [7]]] as [[[Int32]]] {
      request.given = given
      #expect(throws: RolloutsError.self) { try engine.limits.check(request) }
    }
    request.given = [[5], []]
    try engine.limits.check(request)
  }
}
