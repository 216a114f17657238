internal import HuggingFace
internal import Tensors

/// A sequence to train on: its tokens. Those from `firstTarget` on are predicted.
public struct TrainingSequence: Sendable, Equatable {
  /// [n]
  public var tokens: [Int32]

  /// The first token whose log-probability counts; at least 1.
  public var firstTarget: Int

  /// Creates a sequence.
  public init(tokens: [Int32], firstTarget: Int = 1) {
    precondition(firstTarget >= 1 && firstTarget < tokens.count)
    self.tokens = tokens
    self.firstTarget = firstTarget
  }

  /// The number of tokens that are predicted.
  public var targetCount: Int { tokens.count - firstTarget }

  /// The number of rows that it takes in a pass: every token but the last is an input.
  public var rowCount: Int { tokens.count - 1 }
}

/// Forward and backward over packed sequences.
///
/// Sequences lie one after another without padding between them. The forward keeps each layer's activations; the backward adds
/// to gradients in an order that the batch alone fixes. Logits exist for a few hundred rows at a time only.
public final class TrainingPass {
  /// The decoder whose weights are used.
  public let decoder: Decoder

  var batch = RowBatch()
  /// [n]: the row that predicts each target, over all sequences in order
  var targetRows: [Int32] = []
  /// [n]
  var targets: [Int32] = []
  /// The residual stream before each layer and after the last one, [P, C] each
  var residuals: [Matrix] = []
  var activations: [LayerActivations] = []
  var pools: [Matrix] = []
  var buffers: BackwardBuffers?
  let head: HeadBuffers
  var padded = 0

  /// A pass for a decoder. Buffers grow to the largest batch seen.
  public init(_ decoder: Decoder) {
    self.decoder = decoder
    head = HeadBuffers(decoder)
  }

  /// ln p of every target of the sequences, one after another, and each one's predictive entropy in nats where asked for.
  public func forward(
    _ sequences: [TrainingSequence], entropies: Bool = false
  ) -> (logProbabilities: [Float], entropies: [Float]) {
    pack(sequences)
    reserve()
    decoder.embed(residuals[0].first(padded), batch)
    for layer in decoder.layers.indices {
      decoder.forward(
        layer: layer, residuals[layer + 1].first(padded), residuals[layer].first(padded), activations[layer], batch,
        pool: pools[layer])
    }
    var logProbabilities: [Float] = []
    var entropyValues: [Float] = []
    forEachHeadChunk { range, logits in
      let result = Softmax.logProbabilities(logits, targets: Array(targets[range]), entropies: entropies, lanes: decoder.lanes)
      logProbabilities.append(contentsOf: result.logProbabilities)
      entropyValues.append(contentsOf: result.entropies)
    }
    return (logProbabilities, entropyValues)
  }

  /// Computes the logits of consecutive chunks of targets and hands each to `body` as [n, V].
  func forEachHeadChunk(_ body: (Range<Int>, Matrix) -> Void) {
    let hidden = residuals[decoder.layers.count]
    for start in stride(from: 0, to: targets.count, by: HeadBuffers.rows) {
      let range = start..<min(start + HeadBuffers.rows, targets.count)
      let rows = decoder.paddedOutputRows(range.count)
      Embedding.forward(head.hidden.first(range.count), hidden, ids: Array(targetRows[range]))
      decoder.logits(
        head.logits.first(rows), head.hidden.first(rows), normed: head.normed.first(rows), rms: head.rms, count: range.count)
      body(range, head.logits.first(range.count))
    }
  }

  private func pack(_ sequences: [TrainingSequence]) {
    batch = RowBatch()
    targetRows = []
    targets = []
    var blocks: Int32 = 0
    for sequence in sequences {
      let first = batch.rows
      let count = Int32(Attention.blocks(for: sequence.rowCount))
      batch.append(
        Array(sequence.tokens.dropLast()), at: 0, blocks: Array(blocks..<blocks + count), spanRows: sequence.rowCount)
      blocks += count
      targetRows.append(contentsOf: (sequence.firstTarget - 1..<sequence.rowCount).map { Int32(first + $0) })
      targets.append(contentsOf: sequence.tokens[sequence.firstTarget...])
    }
    padded = decoder.paddedRows(batch.rows)
  }

  private func reserve() {
    let configuration = decoder.configuration
    let blocks = batch.tables.count
    if (residuals.first?.rows ?? 0) < padded {
      residuals = (0...configuration.layers).map { _ in Matrix(rows: padded, columns: configuration.width) }
      activations = (0..<configuration.layers).map { _ in
        LayerActivations(configuration, shape: decoder.shape, rows: padded, keepsForBackward: true)
      }
      buffers = nil
    }
    if (pools.first?.rows ?? 0) < blocks {
      pools = (0..<configuration.layers).map { _ in Matrix(rows: blocks, columns: decoder.shape.blockCount) }
    }
  }
}

/// Buffers for a chunk of targets at the output projection.
struct HeadBuffers {
  /// Targets in a chunk.
  static let rows = 512

  /// [≥ rows, C]
  let hidden: Matrix
  /// [≥ rows, C]
  let normed: Matrix
  /// [1, ≥ rows]
  let rms: Matrix
  /// [≥ rows, V]
  let logits: Matrix

  init(_ decoder: Decoder) {
    let rows = decoder.paddedOutputRows(Self.rows)
    hidden = Matrix(rows: rows, columns: decoder.configuration.width)
    normed = Matrix(rows: rows, columns: decoder.configuration.width)
    rms = Matrix(rows: 1, columns: rows)
    logits = Matrix(rows: rows, columns: decoder.configuration.vocabularySize)
  }
}
