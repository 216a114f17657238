import NumericTestSupport
import Rollouts
import Testing
import Transformer

/// What a request's samples may depend on: weights, prompt, options, seed, step, slot, sample. Nothing else.
struct GenerationEngineTests {
  /// Requests of unlike lengths, groups and options.
  static let requests: [GenerationRequest] = {
    let promptLengths = [1, 15, 16, 17, 33, 40, 2, 9, 5]
    let temperatures = [1, 0.7, 0, 1.3]
    return promptLengths.enumerated().map { index, length in
      let options = SamplingOptions(
        temperature: temperatures[index % 4], topK: index == 4 ? 5 : 0, topP: index == 7 ? 0.8 : 1,
        maximumNewTokens: [20, 1, 40][index / 3])
      return GenerationRequest(
        promptTokens: TinyModel.tokens(length, seed: UInt64(index)), sampleCount: [4, 1, 7][index % 3], seed: 11, step: 2,
        slot: UInt32(index), options: options, stopTokens: [1, 2, 3])
    }
  }()

  static let expected: Result<[[Sample]], any Error> = Result {
    let decoder = try TinyModel.decoder()
    return Self.requests.map { GenerationEngine(decoder, maximumSequences: 64, maximumLength: 100).generate([$0])[0] }
  }

  @Test(arguments: [1, 2, 3, 64], [1, 2])
  func `Samples are the same whatever shares their batch, on any lanes`(sequences: Int, lanes: Int) throws {
    let expected = try Self.expected.get()
    let engine = GenerationEngine(try TinyModel.decoder(lanes: lanes), maximumSequences: sequences, maximumLength: 100)
    #expect(engine.generate(Self.requests) == expected)
    // Another order, on an engine whose cache has been used.
    #expect(engine.generate(Self.requests.reversed()) == expected.reversed())
    #expect(engine.isIdle)
  }

  @Test func `Cancelled requests leave the others alone, and free what they held`() throws {
    let expected = try Self.expected.get()
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 5, maximumLength: 100)
    // Were blocks lost, the cache would be full after a few rounds.
    for round in 0..<14 {
      let ids = Self.requests.map { engine.submit($0) }
      var finished: [Int: [Sample]] = [:]
      // One is cancelled before it starts, one while it runs, one perhaps after it has ended.
      engine.cancel(ids[8])
      for step in 0... {
        for request in engine.step() { finished[request.id] = request.samples }
        if step == round % 5 { engine.cancel(ids[2]) }
        if step == round { engine.cancel(ids[6]) }
        if engine.isIdle { break }
      }
      engine.cancel(ids[0])
      for index in [0, 1, 3, 4, 5, 7] { #expect(finished[ids[index]] == expected[index]) }
      #expect(finished[ids[8]] == nil && engine.isIdle)
    }
  }

  @Test func `A request that joins a running batch gets the samples it gets alone`() throws {
    let expected = try Self.expected.get()
    let engine = GenerationEngine(try TinyModel.decoder(lanes: 2), maximumSequences: 16, maximumLength: 100)
    var finished: [Int: [Sample]] = [:]
    var ids: [Int] = []
    for request in Self.requests {
      ids.append(engine.submit(request))
      for _ in 0..<3 { for done in engine.step() { finished[done.id] = done.samples } }
    }
    while !engine.isIdle { for done in engine.step() { finished[done.id] = done.samples } }
    #expect(ids.map { finished[$0] } == expected)
  }

  @Test func `A prompt longer than one prefill gives what a short one's code gives`() throws {
    // One sequence of up to 2,400 tokens: the prompt takes two calls of 2,048 rows.
    let decoder = try TinyModel.decoder(lanes: 2, positions: 2_400)
    let prompt = TinyModel.tokens(2_300, seed: 1)
    let request = GenerationRequest(
      promptTokens: prompt, sampleCount: 2, seed: 3, options: SamplingOptions(maximumNewTokens: 20), stopTokens: [])
    let samples = GenerationEngine(decoder, maximumSequences: 2, maximumLength: 2_400).generate([Self.requests[3], request])[1]
    for sample in samples {
      let sequence = TrainingGroup(tokens: prompt + sample.tokens, firstTarget: prompt.count)
      let isSame = TrainingPass(decoder).forward([sequence]).logProbabilities.bits == sample.logProbabilities.bits
      #expect(isSame)
    }
  }

  @Test func `A sample's tokens do not depend on its length limit`() throws {
    let decoder = try TinyModel.decoder()
    let engine = GenerationEngine(decoder, maximumSequences: 8, maximumLength: 100)
    func samples(limit: Int) -> [Sample] {
      engine.generate([
        GenerationRequest(
          promptTokens: [5, 6], sampleCount: 8, seed: 1, options: SamplingOptions(maximumNewTokens: limit), stopTokens: [1, 2])
      ])[0]
    }
    for (short, long) in zip(samples(limit: 7), samples(limit: 30)) {
      #expect(short.tokens == Array(long.tokens.prefix(7)))
      #expect(short.logProbabilities.bits == long.logProbabilities.prefix(7).bits)
    }
  }

  @Test(arguments: [7, 8, 12, 40])
  func `A small cache makes samples wait, changes none and is whole in the end`(blocks: Int) throws {
    let expected = try Self.expected.get()
    let engine = GenerationEngine(
      try TinyModel.decoder(), maximumSequences: 16, maximumLength: 100, promptRows: 11, cacheBlocks: blocks)
    #expect(engine.generate(Self.requests) == expected)
    #expect(engine.freeBlocks == blocks)
    for round in 0..<9 {
      let ids = Self.requests.map { engine.submit($0) }
      for _ in 0..<round { _ = engine.step() }
      for id in ids.shuffled() where id % 3 != round % 3 { engine.cancel(id) }
      var finished: [Int: [Sample]] = [:]
      while !engine.isIdle { for request in engine.step() { finished[request.id] = request.samples } }
      for (index, id) in ids.enumerated() { #expect(finished[id].map { $0 == expected[index] } ?? true) }
      #expect(engine.freeBlocks == blocks)
    }
  }

  @Test func `A request that no cache of its size can hold is refused`() throws {
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 16, maximumLength: 100, cacheBlocks: 6)
    // 40 tokens take 3 blocks; 40 more reach into the fifth, and the prompt's last one is copied.
    let request = Self.requests[5]
    #expect(request.promptTokens.count == 40)
    for (new, isTaken) in [(1, true), (40, true), (41, true), (42, false)] {
      var longer = request
      longer.options.maximumNewTokens = new
      let fits = (try? engine.limits.check(longer)) != nil
      #expect(fits == isTaken, "\(new) new tokens")
    }
  }

  @Test func `A sample that is ended early leaves the others as they were`() throws {
    let expected = try Self.expected.get()
    let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 3, maximumLength: 100)
    let free = engine.freeBlocks
    // The seventh request: seven samples, of which the odd ones end as soon as they have two tokens, and the last one at its first.
    let id = engine.submit(Self.requests[8])
    var counts = [Int](repeating: 0, count: 7)
    var result: FinishedRequest?
    while !engine.isIdle {
      var ending: [Int] = []
      let finished = engine.step { event in
        guard case .token(id, let sample, let token, let reason) = event else { return }
        #expect(token.id == expected[8][sample].tokens[counts[sample]])
        counts[sample] += 1
        if reason == nil, sample == 6 || (sample % 2 == 1 && counts[sample] == 2) { ending.append(sample) }
      }
      result = finished.first ?? result
      for sample in ending { result = engine.end(sample: sample, of: id) ?? result }
    }
    let samples = try #require(result).samples
    for sample in 0..<7 {
      let count = min(sample == 6 ? 1 : sample % 2 == 1 ? 2 : 40, expected[8][sample].tokens.count)
      #expect(samples[sample].tokens == Array(expected[8][sample].tokens.prefix(count)))
    }
    #expect(engine.freeBlocks == free)
  }

  @Test func `A request beyond the engine's length traps`() async {
    await #expect(processExitsWith: .failure) {
      let engine = GenerationEngine(try TinyModel.decoder(), maximumSequences: 1, maximumLength: 20)
      _ = engine.submit(
        GenerationRequest(
          promptTokens: [Int32](repeating: 1, count: 11), sampleCount: 1, seed: 0, options: SamplingOptions(maximumNewTokens: 10),
          stopTokens: []))
    }
  }
}
