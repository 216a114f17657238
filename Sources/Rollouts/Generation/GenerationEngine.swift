public import Transformer

/// Continues many prompts at once.
///
/// Requests wait in order. Each prompt is computed once; its samples share its cached keys and values and enter the batch as
/// places and blocks of the cache become free. Each ``step(_:)`` draws one token for every sequence of the batch, more where it follows
/// given ones, and computes a part of the prompts that have begun. Not thread-safe.
public final class GenerationEngine {
  /// The model.
  public let decoder: Decoder

  /// The bounds of the requests that it takes.
  public let limits: GenerationLimits

  let pass: InferencePass
  let maximumSequences: Int
  let promptRows: Int

  private var nextID = 0
  var requests: [Int: OpenRequest] = [:]
  /// Requests that have not begun.
  var waiting: ArraySlice<OpenRequest> = []
  /// Requests whose prompts are being computed.
  var prompts: [OpenRequest] = []
  /// Samples that have their first token and wait for a place.
  var ready: ArraySlice<RunningSample> = []
  /// The batch.
  var active: [RunningSample] = []
  /// The most blocks of the cache that begun requests may need.
  var reservedBlocks = 0

  /// An engine that runs up to `maximumSequences` samples at a time, of up to `maximumLength` tokens with their prompt.
  ///
  /// Memory: that of the cache is taken as it is used, at most `cacheBlocks` blocks; by default as many as all samples need at full length.
  /// - Parameters:
  ///   - promptRows: The most tokens of prompts and of given responses that a step computes: how long a step takes. The samples don't
  ///     depend on it.
  ///   - cacheBlocks: Blocks of 16 positions; ``cacheBlocks(bytes:of:)`` gives those of a size. Samples wait for free ones.
  public init(
    _ decoder: Decoder, maximumSequences: Int, maximumLength: Int, promptRows: Int? = nil, cacheBlocks: Int? = nil
  ) {
    precondition(maximumSequences > 0 && maximumLength > 1)
    self.decoder = decoder
    self.maximumSequences = maximumSequences
    self.promptRows = promptRows ?? max(maximumSequences, min(2048, maximumSequences * maximumLength))
    let perSequence = InferencePass.blocks(for: maximumLength) + 1
    let blocks = cacheBlocks ?? 2 * maximumSequences * perSequence
    precondition(self.promptRows > 0 && blocks > 0)
    limits = GenerationLimits(decoder, maximumLength: maximumLength, cacheBlocks: blocks)
    pass = InferencePass(
      decoder, rows: maximumSequences + self.promptRows, sequences: max(maximumSequences, Self.leastOutputs), blocks: blocks)
  }

  /// The blocks of a key/value cache of so many bytes.
  public static func cacheBlocks(bytes: Int, of decoder: Decoder) -> Int {
    bytes / InferencePass.blockBytes(decoder)
  }

  /// Rows of logits that may exist at a time even where few samples do: prompts that are scored need one a token.
  private static let leastOutputs = 32

  /// Whether nothing is left to do.
  public var isIdle: Bool { requests.isEmpty }

  /// The blocks of the cache that nobody holds: all of them when it is idle.
  public var freeBlocks: Int { pass.freeBlocks }

  /// Queues a request, and returns its number. The request must be within the ``limits``.
  public func submit(_ request: GenerationRequest) -> Int {
    do {
      try limits.check(request)
    } catch {
      preconditionFailure(error.message)
    }
    let open = OpenRequest(id: nextID, request, vocabularySize: limits.vocabularySize)
    nextID += 1
    requests[open.id] = open
    waiting.append(open)
    return open.id
  }

  /// Forgets a request, and frees its resources.
  public func cancel(_ id: Int) {
    guard let open = requests[id] else { return }
    waiting.removeAll { $0 === open }
    prompts.removeAll { $0 === open }
    ready.removeAll { $0.open === open }
    active.removeAll { sample in
      guard sample.open === open else { return false }
      leave(sample)
      return true
    }
    close(open)
  }

  /// Ends one sample of a request where it is, as if its last token were a stop token. Returns the request if that was its last.
  @discardableResult
  public func end(sample index: Int, of id: Int) -> FinishedRequest? {
    guard let open = requests[id], !open.isEnded[index] else { return nil }
    if let place = active.firstIndex(where: { $0.open === open && $0.index == index }) {
      leave(active.remove(at: place))
    } else if let place = ready.firstIndex(where: { $0.open === open && $0.index == index }) {
      ready.remove(at: place)
      dropPrefixHolder(open)
    } else {
      preconditionFailure("sample \(index) of request \(id) has no token yet")
    }
    return finish(sample: index, of: open)
  }

  /// All samples of the requests, in their order. Nothing else may be queued.
  public func generate(_ requests: [GenerationRequest]) -> [[Sample]] {
    precondition(isIdle)
    let first = nextID
    var results = [[Sample]](repeating: [], count: requests.count)
    for request in requests { _ = submit(request) }
    while !isIdle {
      for finished in step() { results[finished.id - first] = finished.samples }
    }
    return results
  }

  /// Lets waiting requests in, draws one token for each sequence of the batch, continues prompts, and returns the requests that this
  /// finished. `report` is called with every token as it is drawn; it must not call the engine.
  public func step(_ report: (GenerationEvent) -> Void = { _ in }) -> [FinishedRequest] {
    admit()
    let outputs = appendRows()
    if outputs.isEmpty && prompts.isEmpty { return [] }
    var finished: [FinishedRequest] = []
    pass.run { range, logits in
      settle(Array(outputs[range]), logits, &finished, report)
    }
    prompts.removeAll { $0.remaining == 0 }
    active.removeAll { sample in
      guard sample.open.isEnded[sample.index] else { return false }
      leave(sample)
      return true
    }
    return finished
  }

  /// Counts the end of a sample; returns the request if it was the last.
  func finish(sample index: Int, of open: OpenRequest) -> FinishedRequest? {
    open.isEnded[index] = true
    open.unfinished -= 1
    guard open.unfinished == 0 else { return nil }
    close(open)
    return FinishedRequest(id: open.id, samples: open.samples)
  }
}
