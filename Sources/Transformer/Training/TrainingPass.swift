internal import HuggingFace
internal import Tensors

/// Forward and backward over packed groups.
///
/// The forward keeps of each layer what the backward does not compute again; the backward adds to gradients in an order that the groups alone
/// fix. Logits exist for a few hundred rows at a time only, and are computed once: what they give goes to the objective, and its coefficients
/// come back, before the next ones are made.
public final class TrainingPass {
  /// The decoder whose weights are used.
  public let decoder: Decoder

  /// What the backward computes again.
  public let recomputation: Recomputation

  var packed = PackedGroups()
  /// The residual stream before each layer and after the last one, [P, C] each
  var residuals: [Matrix] = []
  var activations: [LayerActivations] = []
  var pools: [Matrix] = []
  var buffers: BackwardBuffers?
  let head: HeadBuffers

  /// A pass for a decoder. Buffers grow to the largest batch seen.
  public init(_ decoder: Decoder, recomputing recomputation: Recomputation = .none) {
    self.decoder = decoder
    self.recomputation = recomputation
    head = HeadBuffers(decoder)
  }

  /// ln p of every token of the groups' responses, one after another, and each one's predictive entropy in nats where asked for.
  public func forward(
    _ groups: [TrainingGroup], entropies: Bool = false
  ) -> (logProbabilities: [Float], entropies: [Float]) {
    computeLayers(groups)
    var logProbabilities: [Float] = []
    var entropyValues: [Float] = []
    for range in HeadBuffers.chunks(of: 0..<packed.targets.count) {
      let result = Softmax.logProbabilities(
        logits(of: range), targets: Array(packed.targets[range]), entropies: entropies, lanes: decoder.lanes)
      logProbabilities.append(contentsOf: result.logProbabilities)
      entropyValues.append(contentsOf: result.entropies)
    }
    return (logProbabilities, entropyValues)
  }

  /// The residual streams and activations of groups.
  func computeLayers(_ groups: [TrainingGroup]) {
    packed = PackedGroups(groups)
    let rows = packed.batch.rows
    reserve(rows)
    decoder.embed(residuals[0].first(rows), packed.batch)
    for layer in decoder.layers.indices {
      decoder.forward(
        layer: layer, residuals[layer + 1].first(rows), residuals[layer].first(rows), activations[layer], packed.batch,
        pool: pools[layer])
    }
  }

  /// The logits [n, V] of consecutive targets, as many as the head has rows for.
  func logits(of range: Range<Int>) -> Matrix {
    let count = range.count
    Embedding.forward(head.hidden.first(count), residuals[decoder.layers.count], ids: Array(packed.targetRows[range]))
    decoder.logits(head.logits.first(count), head.hidden.first(count), normed: head.normed.first(count), rms: head.rms)
    return head.logits.first(count)
  }

  private func reserve(_ rows: Int) {
    let layers = decoder.layers.count
    if (residuals.first?.rows ?? 0) < rows {
      // The old ones go first.
      (residuals, activations, buffers) = ([], [], nil)
      residuals = (0...layers).map { _ in Matrix(rows: rows, columns: decoder.configuration.width) }
      let first = LayerActivations(decoder, rows: rows, keepsForBackward: true)
      activations = [first] + (1..<layers).map { _ in LayerActivations(sharing: first, recomputing: recomputation) }
    }
    if (pools.first?.rows ?? 0) < packed.blocks {
      pools = []
      let shared = recomputation == .layer ? makePool() : nil
      pools = (0..<layers).map { _ in shared ?? makePool() }
    }
  }

  private func makePool() -> Matrix { Matrix(rows: packed.blocks, columns: decoder.shape.blockCount) }
}

/// Buffers for a chunk of targets at the output projection.
struct HeadBuffers {
  /// Targets in a chunk.
  static let rows = 512

  /// [rows, C]
  let hidden: Matrix
  /// [rows, C]
  let normed: Matrix
  /// [1, rows]
  let rms: Matrix
  /// [rows, V]
  let logits: Matrix

  init(_ decoder: Decoder) {
    let rows = Self.rows
    hidden = Matrix(rows: rows, columns: decoder.configuration.width)
    normed = Matrix(rows: rows, columns: decoder.configuration.width)
    rms = Matrix(rows: 1, columns: rows)
    logits = Matrix(rows: rows, columns: decoder.configuration.vocabularySize)
  }

  /// Consecutive chunks of targets.
  static func chunks(of targets: Range<Int>) -> [Range<Int>] {
    stride(from: targets.lowerBound, to: targets.upperBound, by: rows).map { $0..<min($0 + rows, targets.upperBound) }
  }
}
