internal import HuggingFace
internal import Tensors
public import Transformer

/// Continues many prompts at once.
///
/// Requests wait in order. Each prompt is computed once; its samples share its cached keys and values and enter the batch as
/// places become free. Each ``step()`` draws one token for every sequence of the batch. Not thread-safe.
public final class GenerationEngine {
  /// The model.
  public let decoder: Decoder

  private let pass: InferencePass
  private let maximumSequences: Int
  private let maximumLength: Int
  private let prefillRows: Int

  private var nextID = 0
  private var requests: [Int: OpenRequest] = [:]
  private var waiting: ArraySlice<Int> = []
  private var ready: ArraySlice<ActiveSample> = []
  private var active: [ActiveSample] = []

  private struct OpenRequest {
    let request: GenerationRequest
    var samples: [Sample]
    var unfinished: Int
    var prefix: InferencePass.Sequence?
    var unforked: Int
  }

  private struct ActiveSample {
    let request: Int
    let index: Int
    var sequence = InferencePass.Sequence()
    var position = 1
    var lastToken: Int32
  }

  /// An engine that runs up to `maximumSequences` samples at a time, of up to `maximumLength` tokens with their prompt.
  ///
  /// Memory: the cache has room for all of them at full length, and takes it as it is used.
  public init(_ decoder: Decoder, maximumSequences: Int, maximumLength: Int) {
    precondition(maximumSequences > 0 && maximumLength > 1)
    self.decoder = decoder
    self.maximumSequences = maximumSequences
    self.maximumLength = maximumLength
    prefillRows = max(maximumSequences, min(2048, maximumSequences * maximumLength))
    let perSequence = InferencePass.blocks(for: maximumLength) + 1
    pass = InferencePass(decoder, rows: prefillRows, sequences: maximumSequences, blocks: 2 * maximumSequences * perSequence)
  }

  /// Whether nothing is left to do.
  public var isIdle: Bool { requests.isEmpty }

  /// Queues a request and returns its number.
  public func submit(_ request: GenerationRequest) -> Int {
    precondition(!request.promptTokens.isEmpty && request.sampleCount > 0 && request.options.maximumNewTokens > 0)
    precondition(request.promptTokens.count + request.options.maximumNewTokens <= maximumLength, "longer than the engine allows")
    let id = nextID
    nextID += 1
    requests[id] = OpenRequest(
      request: request, samples: Array(repeating: Sample(), count: request.sampleCount), unfinished: request.sampleCount,
      unforked: request.sampleCount)
    waiting.append(id)
    return id
  }

  /// Forgets a request, and frees what it holds.
  public func cancel(_ id: Int) {
    guard let open = requests.removeValue(forKey: id) else { return }
    if var prefix = open.prefix { pass.release(&prefix) }
    waiting.removeAll { $0 == id }
    ready.removeAll { $0.request == id }
    active.removeAll { sample in
      guard sample.request == id else { return false }
      var sequence = sample.sequence
      pass.release(&sequence)
      return true
    }
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

  /// Lets waiting samples in, draws one token for each sequence of the batch, and returns the requests that this finished.
  public func step() -> [FinishedRequest] {
    var finished: [FinishedRequest] = []
    while active.count < maximumSequences {
      if ready.isEmpty { prefill(&finished) }
      guard let sample = ready.popFirst() else { break }
      active.append(enter(sample))
    }
    if active.isEmpty { return finished }

    for index in active.indices {
      pass.append(CollectionOfOne(active[index].lastToken), to: &active[index].sequence)
    }
    let draws = draw(pass.run(), for: active.map { Draw(request: $0.request, sample: $0.index, position: $0.position) })
    var remaining: [ActiveSample] = []
    remaining.reserveCapacity(active.count)
    for (index, var sample) in active.enumerated() {
      sample.lastToken = draws[index].token
      sample.position += 1
      if record(draws[index], request: sample.request, sample: sample.index, &finished) {
        pass.release(&sample.sequence)
      } else {
        remaining.append(sample)
      }
    }
    active = remaining
    return finished
  }

  // MARK: Prompts

  /// Computes the prompts of as many waiting requests as fit into one call, and draws the first token of each of their samples.
  private func prefill(_ finished: inout [FinishedRequest]) {
    var batch: [(id: Int, sequence: InferencePass.Sequence)] = []
    var rows = 0
    var samples = active.count
    while let id = waiting.first, let open = requests[id], samples < maximumSequences {
      let prompt = open.request.promptTokens
      guard batch.isEmpty || rows + prompt.count <= prefillRows else { break }
      waiting.removeFirst()
      var sequence = InferencePass.Sequence()
      // A prompt longer than one call takes is computed in several; its logits are those of the last.
      var rest = prompt[...]
      while rest.count > prefillRows {
        pass.append(rest.prefix(prefillRows), to: &sequence)
        _ = pass.run()
        rest = rest.dropFirst(prefillRows)
      }
      pass.append(rest, to: &sequence)
      rows += rest.count
      batch.append((id, sequence))
      samples += open.request.sampleCount
      if rest.count < prompt.count { break }
    }
    if batch.isEmpty { return }
    let logits = pass.run()
    for (row, entry) in batch.enumerated() {
      guard let open = requests[entry.id] else { continue }
      requests[entry.id]?.prefix = entry.sequence
      let count = open.request.sampleCount
      let draws = draw(
        logits, row: row, for: (0..<count).map { Draw(request: entry.id, sample: $0, position: 0) })
      for index in 0..<count {
        if record(draws[index], request: entry.id, sample: index, &finished) {
          dropPrefixHolder(entry.id)
        } else {
          ready.append(ActiveSample(request: entry.id, index: index, lastToken: draws[index].token))
        }
      }
    }
  }

  /// Gives a ready sample its own continuation of the prompt.
  private func enter(_ sample: ActiveSample) -> ActiveSample {
    guard let prefix = requests[sample.request]?.prefix else { preconditionFailure("a ready sample has a prompt") }
    var sample = sample
    sample.sequence = pass.fork(prefix)
    dropPrefixHolder(sample.request)
    return sample
  }

  /// Counts one sample that needs the prompt no more, and frees the prompt after the last.
  private func dropPrefixHolder(_ id: Int) {
    guard var open = requests[id] else { return }
    open.unforked -= 1
    if open.unforked == 0, var prefix = open.prefix {
      pass.release(&prefix)
      open.prefix = nil
    }
    requests[id] = open
  }

  // MARK: Tokens

  private struct Draw {
    let request: Int
    let sample: Int
    let position: Int
    var token: Int32 = 0
    var logProbability: Float = 0
  }

  /// Draws a token for each of `draws` from the logits' rows in order, or all from one row.
  private func draw(_ logits: Matrix, row: Int? = nil, for draws: [Draw]) -> [Draw] {
    let source =
      row.map { shared in
        // One row for many draws: a view whose rows all start at the same place would not be dense, so the row is repeated.
        let copy = Matrix(rows: draws.count, columns: logits.columns)
        for index in draws.indices { copy.rows(index..<index + 1).copy(from: logits.rows(shared..<shared + 1)) }
        return copy
      } ?? logits
    var temperatures: [Float] = []
    var uniforms: [Float] = []
    for draw in draws {
      guard let request = requests[draw.request]?.request else { preconditionFailure("a draw has a request") }
      let stream = Philox.Stream(step: request.step, slot: request.slot, sample: UInt32(draw.sample))
      temperatures.append(request.options.temperature)
      uniforms.append(Philox(seed: request.seed, stream: stream).uniform(at: UInt32(draw.position)))
    }
    var tokens = Softmax.sample(source, temperatures: temperatures, uniforms: uniforms, lanes: decoder.lanes)
    for (index, draw) in draws.enumerated() {
      guard let options = requests[draw.request]?.request.options, options.restrictsTokens else { continue }
      tokens[index] = RestrictedDraw.token(source.array(row: index), options: options, uniform: uniforms[index])
    }
    let logProbabilities = Softmax.logProbabilities(source, targets: tokens, lanes: decoder.lanes).logProbabilities
    return draws.indices.map { index in
      var draw = draws[index]
      draw.token = tokens[index]
      draw.logProbability = logProbabilities[index]
      return draw
    }
  }

  /// Adds a drawn token to its sample; returns whether that ends the sample.
  private func record(_ draw: Draw, request id: Int, sample index: Int, _ finished: inout [FinishedRequest]) -> Bool {
    guard let request = requests[id]?.request else { preconditionFailure("a draw has a request") }
    requests[id]?.samples[index].tokens.append(draw.token)
    requests[id]?.samples[index].logProbabilities.append(draw.logProbability)
    let isStopped = request.stopTokens.contains(draw.token)
    let isFull = draw.position + 1 == request.options.maximumNewTokens
    guard isStopped || isFull else { return false }
    requests[id]?.samples[index].isTruncated = !isStopped
    requests[id]?.unfinished -= 1
    if requests[id]?.unfinished == 0, let open = requests[id] {
      if var prefix = open.prefix { pass.release(&prefix) }
      requests[id] = nil
      finished.append(FinishedRequest(id: id, samples: open.samples))
    }
    return true
  }
}
