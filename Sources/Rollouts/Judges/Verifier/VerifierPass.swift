internal import Tensors
internal import Transformer

/// A model's opinion on the token after each of many prompts. Not thread-safe.
///
/// Uses the paged pass beneath the generation engine: it reads two probabilities from each row of logits, where the engine would draw a
/// token, and computes the common beginning of all prompts only once. No opinion depends on the other prompts of the call.
final class VerifierPass {
  private let pass: InferencePass
  private let rows: Int
  private let yes: Int32
  private let no: Int32

  /// Rows of logits that may exist at a time, and so prompts that end in one call.
  private static let outputs = 32

  /// A pass for prompts of at most `maximumLength` tokens, which computes up to `rows` tokens a call.
  init(_ decoder: Decoder, yes: Int32, no: Int32, maximumLength: Int, rows: Int) {
    self.rows = rows
    self.yes = yes
    self.no = no
    // Blocks for the shared beginning, for one prompt that continues over several calls, and for the prompts that end within the call:
    // their rows, and for each a copy of the shared last block and a last block of its own.
    let blocks = 2 * (InferencePass.blocks(for: maximumLength) + 1) + InferencePass.blocks(for: rows) + 2 * Self.outputs
    pass = InferencePass(decoder, rows: rows, sequences: Self.outputs, blocks: blocks)
  }

  /// ln p(yes) − ln p(no) after each prompt, in nats; NaN where the model's logits give no probabilities. No prompt is empty.
  func logOdds(_ prompts: [[Int32]]) -> [Float] {
    guard !prompts.isEmpty else { return [] }
    let shared = Self.sharedLength(prompts)
    var prefix = InferencePass.Sequence()
    for start in stride(from: 0, to: shared, by: rows) {
      pass.append(prompts[0][start..<min(start + rows, shared)], to: &prefix, outputs: .none)
      _ = pass.run()
    }
    defer { pass.release(&prefix) }

    var odds: [Float] = []
    var next = 0
    /// The prompt that the last call left unfinished.
    var carried = InferencePass.Sequence()
    while next < prompts.count {
      var room = rows
      var ended: [InferencePass.Sequence] = []
      while next < prompts.count, room > 0, ended.count < Self.outputs {
        let prompt = prompts[next]
        var sequence = carried.length > 0 ? carried : pass.fork(prefix)
        carried = InferencePass.Sequence()
        let end = min(prompt.count, sequence.length + room)
        room -= end - sequence.length
        pass.append(prompt[sequence.length..<end], to: &sequence, outputs: end == prompt.count ? .last : .none)
        if end < prompt.count {
          carried = sequence
        } else {
          ended.append(sequence)
          next += 1
        }
      }
      odds += read(pass.run())
      for var sequence in ended { pass.release(&sequence) }
    }
    return odds
  }

  private func read(_ logits: Matrix) -> [Float] {
    let places = Array(0..<logits.rows)
    let values = Softmax.logProbabilities(
      logits, rows: places + places, targets: places.map { _ in yes } + places.map { _ in no }, lanes: pass.decoder.lanes)
    return places.map { values[$0] - values[places.count + $0] }
  }

  /// The tokens that all prompts begin with, without the last of the shortest: each prompt has a row of its own to read.
  private static func sharedLength(_ prompts: [[Int32]]) -> Int {
    guard prompts.count > 1 else { return 0 }
    return prompts.dropFirst().reduce(prompts[0].count - 1) { length, prompt in
      min(zip(prompts[0], prompt.dropLast()).prefix(length).prefix { $0 == $1 }.count, length)
    }
  }
}
