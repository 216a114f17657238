internal import HuggingFace
public import Tensors

/// A decoder that continues sequences: each call takes new tokens of some of them and gives the logits after each one's last,
/// or after all of them.
///
/// Not thread-safe; its decoder's lanes share the work of a call. The logits of a sequence depend on its own tokens alone, not on the other
/// sequences of the call, and have the same bits as in training.
public final class InferencePass {
  /// One sequence's hold on the cache.
  public struct Sequence: Sendable {
    var blocks: [Int32] = []

    /// The number of tokens whose keys and values are cached.
    public internal(set) var length = 0

    /// A sequence without tokens.
    public init() {}
  }

  /// Which of the tokens that are appended get logits.
  public enum Outputs: Sendable {
    /// None: more of the sequence comes in a later call.
    case none
    /// The last one.
    case last
    /// Each one.
    case all
  }

  /// The decoder.
  public let decoder: Decoder

  private let cache: KeyValueCache
  private let residual: Matrix
  private let activations: LayerActivations
  private let outputRows: Matrix
  private let normed: Matrix
  private let logitRows: Matrix
  private let maximumRows: Int
  private let chunk: Int
  private var batch = RowBatch()
  private var outputs: [Int32] = []

  /// A pass of at most `rows` tokens a call, over a cache of `blocks` blocks of 16 positions.
  ///
  /// Logits exist for `sequences` tokens at a time. Memory is taken as it is first used.
  public init(_ decoder: Decoder, rows: Int, sequences: Int, blocks: Int) {
    self.decoder = decoder
    let configuration = decoder.configuration
    maximumRows = rows
    chunk = sequences
    cache = KeyValueCache(blocks: blocks, layers: configuration.layers, shape: decoder.shape)
    residual = Matrix(rows: rows, columns: configuration.width)
    activations = LayerActivations(decoder, rows: rows, middle: residual, keepsForBackward: false)
    outputRows = Matrix(rows: sequences, columns: configuration.width)
    normed = Matrix(rows: sequences, columns: configuration.width)
    logitRows = Matrix(rows: sequences, columns: configuration.vocabularySize)
  }

  /// The number of free blocks of the cache.
  public var freeBlocks: Int { cache.freeBlocks }

  /// Blocks for a sequence of `length` tokens.
  public static func blocks(for length: Int) -> Int { Attention.blocks(for: length) }

  /// A sequence that shares what another one has cached. Costs at most one block: the last one, where it is not full.
  public func fork(_ sequence: Sequence) -> Sequence {
    var copy = sequence
    for block in sequence.blocks { cache.share(block) }
    if sequence.length % Attention.blockPositions != 0, let last = sequence.blocks.last {
      let own = takeBlock()
      cache.copy(last, to: own)
      cache.release(last)
      copy.blocks[copy.blocks.count - 1] = own
    }
    return copy
  }

  /// Gives a sequence's blocks back.
  public func release(_ sequence: inout Sequence) {
    for block in sequence.blocks { cache.release(block) }
    sequence = Sequence()
  }

  /// Bytes of a block's keys and values in all layers of a decoder.
  public static func blockBytes(_ decoder: Decoder) -> Int {
    decoder.configuration.layers * decoder.shape.blockCount * MemoryLayout<Float>.stride
  }

  /// Adds new tokens of a sequence to the next call; the call's logits get a row for its last token, or as `outputs` says.
  public func append(_ tokens: some Collection<Int32>, to sequence: inout Sequence, outputs: Outputs = .last) {
    let tokens = Array(tokens)
    precondition(!tokens.isEmpty && batch.rows + tokens.count <= maximumRows)
    reserve(tokens.count, for: &sequence)
    batch.append(tokens, at: sequence.length, blocks: sequence.blocks)
    switch outputs {
    case .none: break
    case .last: self.outputs.append(Int32(batch.rows - 1))
    case .all: self.outputs.append(contentsOf: Int32(batch.rows - tokens.count)..<Int32(batch.rows))
    }
    sequence.length += tokens.count
  }

  /// Adds the next token of a sequence to the next call, whose logits get a row for it, as every sample does at every step.
  public func append(_ token: Int32, to sequence: inout Sequence) {
    precondition(batch.rows < maximumRows)
    reserve(1, for: &sequence)
    batch.append(token, at: sequence.length, blocks: sequence.blocks)
    outputs.append(Int32(batch.rows - 1))
    sequence.length += 1
  }

  private func reserve(_ count: Int, for sequence: inout Sequence) {
    while sequence.blocks.count < Attention.blocks(for: sequence.length + count) {
      sequence.blocks.append(takeBlock())
    }
  }

  /// Computes the appended tokens: logits [n, V], a row for each output in order, valid until the next call. There must be rows of logits
  /// for all outputs.
  public func run() -> Matrix {
    precondition(outputs.count <= logitRows.rows, "more outputs than rows of logits")
    let x = forward()
    let count = outputs.count
    if count > 0 { computeLogits(outputs[...], x) }
    outputs = []
    return logitRows.first(count)
  }

  /// Computes the appended tokens, and hands over the logits of consecutive outputs: [n, V] for the outputs of a range, valid within
  /// the call.
  public func run(_ body: (Range<Int>, Matrix) -> Void) {
    let x = forward()
    for start in stride(from: 0, to: outputs.count, by: chunk) {
      let range = start..<min(start + chunk, outputs.count)
      computeLogits(outputs[range], x)
      body(range, logitRows.first(range.count))
    }
    outputs = []
  }

  /// The residual stream after the last layer, for all appended tokens.
  private func forward() -> Matrix {
    precondition(batch.rows > 0, "nothing was appended")
    let x = residual.first(batch.rows)
    decoder.embed(x, batch)
    for layer in decoder.layers.indices {
      decoder.forward(layer: layer, x, x, activations, batch, pool: cache.pools[layer])
    }
    batch = RowBatch()
    return x
  }

  private func computeLogits(_ rows: ArraySlice<Int32>, _ x: Matrix) {
    let count = rows.count
    Embedding.forward(outputRows.first(count), x, ids: Array(rows))
    decoder.logits(logitRows.first(count), outputRows.first(count), normed: normed.first(count), rms: nil)
  }

  private func takeBlock() -> Int32 {
    guard let block = cache.take() else { preconditionFailure("the key/value cache is full: callers reserve what they may need") }
    return block
  }
}
