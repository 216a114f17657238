import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

struct InferencePassTests {
  @Test(arguments: [ModelConfiguration.Architecture.qwen2, .qwen3, .llama], [true, false])
  func `Prompt lengths, calls and company change no bit`(_ architecture: ModelConfiguration.Architecture, tied: Bool) throws {
    let decoder = try TinyModel.decoder(architecture, tied: tied, lanes: 2)
    let tokens = TinyModel.tokens(50, seed: 1)
    let expected = logits(of: [50], tokens, decoder)
    // The same tokens in calls of other sizes, across the blocks of 16.
    for calls in [[1] + [Int](repeating: 7, count: 7), [16, 16, 16, 2], [Int](repeating: 1, count: 50), [33, 17]] {
      let isSame = logits(of: calls, tokens, decoder) == expected
      #expect(isSame, "calls of \(calls) tokens")
      let isSameInCompany = logits(of: calls, tokens, decoder, company: 5) == expected
      #expect(isSameInCompany, "calls of \(calls) tokens beside other sequences")
    }
  }

  @Test func `The logits are training's: they give its log-probabilities, bit for bit`() throws {
    let decoder = try TinyModel.decoder(.qwen3, lanes: 2)
    let tokens = TinyModel.tokens(45, seed: 3)
    let expected = TrainingPass(decoder).forward([TrainingGroup(tokens: tokens)]).logProbabilities
    let pass = InferencePass(decoder, rows: 16, sequences: 4, blocks: 8)
    var sequence = InferencePass.Sequence()
    for position in 0..<44 {
      pass.append([tokens[position]], to: &sequence)
      let found = Softmax.logProbabilities(pass.run(), targets: [tokens[position + 1]], lanes: decoder.lanes).logProbabilities
      #expect(found[0].bitPattern == expected[position].bitPattern, "position \(position)")
    }
  }

  @Test(arguments: [1, 5, 16, 64])
  func `Logits after every token come in parts, and are training's`(sequences: Int) throws {
    let decoder = try TinyModel.decoder(.qwen2, lanes: 2)
    let tokens = TinyModel.tokens(45, seed: 3)
    let expected = TrainingPass(decoder).forward([TrainingGroup(tokens: tokens)]).logProbabilities
    let pass = InferencePass(decoder, rows: 40, sequences: sequences, blocks: 8)
    var sequence = InferencePass.Sequence()
    var other = InferencePass.Sequence()
    var found: [UInt32] = []
    for range in [0..<20, 20..<44] {
      pass.append(tokens[range], to: &sequence, outputs: .all)
      pass.append([1, 2, 3], to: &other, outputs: range.lowerBound == 0 ? .none : .last)
      let outputs = range.count + (range.lowerBound == 0 ? 0 : 1)
      var next = 0
      pass.run { rows, logits in
        #expect(rows.lowerBound == next && rows.count == logits.rows && rows.count <= sequences)
        next = rows.upperBound
        for row in rows where row < range.count {
          found +=
            Softmax.logProbabilities(
              logits, rows: [row - rows.lowerBound], targets: [tokens[range.lowerBound + row + 1]], lanes: decoder.lanes
            ).bits
        }
      }
      #expect(next == outputs)
    }
    let isSame = found == expected.bits
    #expect(isSame)
  }

  @Test(arguments: [1, 15, 16, 17, 31, 40])
  func `A fork continues on its own, and leaves the original alone`(shared: Int) throws {
    let decoder = try TinyModel.decoder()
    let pass = InferencePass(decoder, rows: 64, sequences: 4, blocks: 16)
    let prefix = TinyModel.tokens(shared, seed: 1)
    var original = InferencePass.Sequence()
    pass.append(prefix, to: &original)
    _ = pass.run()
    let held = 16 - pass.freeBlocks
    var fork = pass.fork(original)
    #expect(16 - pass.freeBlocks - held <= 1)
    let tails = [TinyModel.tokens(20, seed: 2), TinyModel.tokens(20, seed: 3)]
    for position in 0..<20 {
      pass.append([tails[0][position]], to: &original)
      pass.append([tails[1][position]], to: &fork)
      let rows = pass.run()
      guard position == 19 else { continue }
      for (row, tail) in tails.enumerated() {
        let isSame = rows.rows(row..<row + 1).bits == logits(of: [shared + 20], prefix + tail, decoder)
        #expect(isSame)
      }
    }
    pass.release(&original)
    pass.release(&fork)
    #expect(pass.freeBlocks == 16)
  }

  /// Bits of the logits after the last token, when tokens come in calls of the given sizes, perhaps beside other sequences.
  private func logits(of calls: [Int], _ tokens: [Int32], _ decoder: Decoder, company: Int = 0) -> [UInt32] {
    let pass = InferencePass(decoder, rows: 256, sequences: 8, blocks: 64)
    var others = [InferencePass.Sequence](repeating: .init(), count: company)
    var sequence = InferencePass.Sequence()
    var bits: [UInt32] = []
    var next = 0
    for (index, count) in calls.enumerated() {
      for other in others.indices { pass.append(TinyModel.tokens(1 + (other + index) % 3, seed: UInt64(other)), to: &others[other]) }
      pass.append(tokens[next..<next + count], to: &sequence)
      next += count
      bits = pass.run().rows(company..<company + 1).bits
    }
    return bits
  }
}
