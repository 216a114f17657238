internal import HuggingFace
public import Tensors

/// A decoder that continues sequences: each call takes new tokens of some of them and gives the logits after each one's last.
///
/// Not thread-safe; its decoder's lanes share the work of a call. The logits of a sequence depend on its own tokens alone,
/// whatever else is in the call, and have the same bits as training computes for them.
public final class InferencePass {
  /// One sequence's hold on the cache.
  public struct Sequence: Sendable {
    var blocks: [Int32] = []

    /// The number of tokens whose keys and values are cached.
    public internal(set) var length = 0

    /// A sequence without tokens.
    public init() {}
  }

  /// The decoder.
  public let decoder: Decoder

  private let cache: KeyValueCache
  private let residual: Matrix
  private let activations: LayerActivations
  private let lastRows: Matrix
  private let normed: Matrix
  private let logitRows: Matrix
  private let maximumRows: Int
  private var batch = RowBatch()
  private var lasts: [Int32] = []

  /// A pass of at most `rows` tokens and `sequences` sequences a call, over a cache of `blocks` blocks of 16 positions.
  public init(_ decoder: Decoder, rows: Int, sequences: Int, blocks: Int) {
    self.decoder = decoder
    let configuration = decoder.configuration
    let padded = decoder.paddedRows(rows)
    let outputs = decoder.paddedOutputRows(sequences)
    maximumRows = rows
    cache = KeyValueCache(blocks: blocks, layers: configuration.layers, shape: decoder.shape)
    residual = Matrix(rows: padded, columns: configuration.width)
    activations = LayerActivations(configuration, shape: decoder.shape, rows: padded, middle: residual, keepsForBackward: false)
    lastRows = Matrix(rows: outputs, columns: configuration.width)
    normed = Matrix(rows: outputs, columns: configuration.width)
    logitRows = Matrix(rows: outputs, columns: configuration.vocabularySize)
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

  /// Adds new tokens of a sequence to the next call; the call's logits get a row for its last token.
  public func append(_ tokens: some Collection<Int32>, to sequence: inout Sequence) {
    precondition(!tokens.isEmpty && batch.rows + tokens.count <= maximumRows)
    while sequence.blocks.count < Attention.blocks(for: sequence.length + tokens.count) {
      sequence.blocks.append(takeBlock())
    }
    batch.append(tokens, at: sequence.length, blocks: sequence.blocks)
    lasts.append(Int32(batch.rows - 1))
    sequence.length += tokens.count
  }

  /// Computes what was appended: logits [n, V], a row for each append in order, valid until the next call.
  public func run() -> Matrix {
    let rows = batch.rows
    precondition(rows > 0 && lasts.count <= logitRows.rows)
    let x = residual.first(decoder.paddedRows(rows))
    decoder.embed(x, batch)
    for layer in decoder.layers.indices {
      decoder.forward(layer: layer, x, x, activations, batch, pool: cache.pools[layer])
    }
    let count = lasts.count
    let padded = decoder.paddedOutputRows(count)
    Embedding.forward(lastRows.first(count), x, ids: lasts)
    decoder.logits(logitRows.first(padded), lastRows.first(padded), normed: normed.first(padded), rms: nil, count: count)
    batch = RowBatch()
    lasts = []
    return logitRows.first(count)
  }

  private func takeBlock() -> Int32 {
    guard let block = cache.take() else { preconditionFailure("the key/value cache is full: callers ask freeBlocks first") }
    return block
  }
}
