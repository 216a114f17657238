internal import Random
internal import Tensors
internal import Transformer

/// The purpose of a row of logits.
enum RowPurpose {
  /// A token of a sample, by its place in the batch and its position within the sample.
  case sample(place: Int, position: Int)
  /// The token after a prompt's token at a position: known within the prompt, drawn after its last.
  case prompt(OpenRequest, position: Int)
}

/// A token to be drawn from a row of logits.
private struct Draw {
  let row: Int
  let open: OpenRequest
  let sample: Int
  let position: Int
  /// The sample's place in the batch, unless this is its first token.
  var place: Int?

  /// The tokens before it: the prompt's and the response's. Given ones that it follows are those of the response if it is drawn at all.
  var seen: [ArraySlice<Int32>] {
    let response = open.request.given?[sample] ?? open.samples[sample].tokens
    return [open.request.promptTokens[...], response.prefix(position)]
  }
}

extension GenerationEngine {
  /// Appends the batch's last tokens, given ones that follow them, and the next part of the prompts to the pass; returns the purpose of each
  /// of its rows of logits.
  func appendRows() -> [RowPurpose] {
    var purposes: [RowPurpose] = []
    var rows = promptRows
    for place in active.indices {
      let position = active[place].position
      let ahead = active[place].ahead.prefix(rows)
      if ahead.isEmpty {
        pass.append(active[place].lastToken, to: &active[place].sequence)
      } else {
        pass.append([active[place].lastToken] + ahead, to: &active[place].sequence, outputs: .all)
      }
      purposes += (0...ahead.count).map { .sample(place: place, position: position + $0) }
      rows -= ahead.count
    }
    for open in prompts where rows > 0 {
      let range = open.computed..<open.computed + min(rows, open.remaining)
      let isLast = range.count == open.remaining
      let outputs: InferencePass.Outputs = open.request.scoresPrompt ? .all : isLast ? .last : .none
      pass.append(open.request.promptTokens[range], to: &open.prefix, outputs: outputs)
      switch outputs {
      case .all: purposes += range.map { .prompt(open, position: $0) }
      case .last: purposes.append(.prompt(open, position: range.upperBound - 1))
      case .none: break
      }
      open.computed = range.upperBound
      rows -= range.count
    }
    return purposes
  }

  /// Draws and scores the tokens of some rows of logits.
  func settle(
    _ purposes: [RowPurpose], _ logits: Matrix, _ finished: inout [FinishedRequest], _ report: (GenerationEvent) -> Void
  ) {
    var draws: [Draw] = []
    var scored: [(row: Int, open: OpenRequest, target: Int32)] = []
    var ended: [OpenRequest] = []
    var alternativeRows: [(row: Int, count: Int)] = []
    for (row, purpose) in purposes.enumerated() {
      let count: Int
      switch purpose {
      case .sample(let place, let position):
        let sample = active[place]
        // It ended before this position, within an earlier part of the pass's logits.
        if sample.open.isEnded[sample.index] { continue }
        draws.append(Draw(row: row, open: sample.open, sample: sample.index, position: position, place: place))
        count = sample.open.request.alternativeCount
      case .prompt(let open, let position):
        let prompt = open.request.promptTokens
        if position + 1 < prompt.count {
          scored.append((row, open, prompt[position + 1]))
        } else {
          ended.append(open)
          guard open.samplesTokens else { continue }
          for sample in 0..<open.request.sampleCount { draws.append(Draw(row: row, open: open, sample: sample, position: 0)) }
        }
        count = open.request.alternativeCount
      }
      if count > 0 { alternativeRows.append((row, count)) }
    }

    let alternatives = alternatives(logits, alternativeRows)
    let tokens = tokens(logits, draws)
    let logProbabilities = Softmax.logProbabilities(
      logits, rows: scored.map(\.row) + draws.map(\.row), targets: scored.map(\.target) + tokens, lanes: decoder.lanes)
    for (index, score) in scored.enumerated() {
      score.open.promptScores.append(
        ScoredToken(id: score.target, logProbability: logProbabilities[index], alternatives: alternatives[score.row] ?? []))
    }
    for open in ended { endPrompt(open, &finished, report) }
    for (index, draw) in draws.enumerated() {
      let token = ScoredToken(
        id: tokens[index], logProbability: logProbabilities[scored.count + index], alternatives: alternatives[draw.row] ?? [])
      record(token, draw, &finished, report)
    }
  }

  /// Reports a prompt's scores; a request that samples nothing ends with them.
  private func endPrompt(_ open: OpenRequest, _ finished: inout [FinishedRequest], _ report: (GenerationEvent) -> Void) {
    if open.request.scoresPrompt {
      let first = ScoredToken(id: open.request.promptTokens[0], logProbability: nil)
      report(.prompt(request: open.id, [first] + open.promptScores))
      open.promptScores = []
    }
    if !open.samplesTokens {
      close(open)
      finished.append(FinishedRequest(id: open.id, samples: open.samples))
    }
  }

  /// Adds a drawn token to its sample, and ends the sample or sends it on; nothing where the sample ended at an earlier position.
  private func record(
    _ token: ScoredToken, _ draw: Draw, _ finished: inout [FinishedRequest], _ report: (GenerationEvent) -> Void
  ) {
    let open = draw.open
    if open.isEnded[draw.sample] { return }
    open.samples[draw.sample].tokens.append(token.id)
    open.samples[draw.sample].logProbabilities.append(token.logProbability ?? 0)
    let isStopped = open.request.stopTokens.contains(token.id)
    let isFull = draw.position + 1 == open.request.options.maximumNewTokens
    report(.token(request: open.id, sample: draw.sample, token, isStopped ? .stop : isFull ? .length : nil))
    if isStopped || isFull || open.strays(sample: draw.sample, at: draw.position, with: token.id) {
      open.samples[draw.sample].isTruncated = isFull && !isStopped
      if draw.place == nil { dropPrefixHolder(open) }
      if let request = finish(sample: draw.sample, of: open) { finished.append(request) }
    } else if let place = draw.place {
      active[place].lastToken = token.id
      active[place].position += 1
    } else {
      ready.append(RunningSample(open: open, index: draw.sample, lastToken: token.id))
    }
  }

  /// A token for each draw: a function of its row, its request's options and its random stream's number for its position.
  private func tokens(_ logits: Matrix, _ draws: [Draw]) -> [Int32] {
    let uniforms = draws.map { draw in
      let request = draw.open.request
      let stream = Philox.Stream(step: request.step, slot: request.slot, sample: UInt32(draw.sample))
      return Philox(seed: request.seed, stream: stream).uniform(at: UInt32(draw.position))
    }
    var tokens = Self.tokens(logits, draws.map { ($0.row, $0.open.request.options) }, uniforms, lanes: decoder.lanes)
    let penalized = draws.indices.filter { draws[$0].open.request.options.penalty != 1 }
    if !penalized.isEmpty {
      let lowered = Matrix(rows: penalized.count, columns: logits.columns)
      for (row, index) in penalized.enumerated() {
        var values = logits.array(row: draws[index].row)
        RepetitionPenalty.apply(draws[index].open.request.options.penalty, to: &values, seen: draws[index].seen)
        lowered.set(row: row, to: values)
      }
      let others = Self.tokens(
        lowered, penalized.enumerated().map { ($0.offset, draws[$0.element].open.request.options) }, penalized.map { uniforms[$0] },
        lanes: decoder.lanes)
      for (index, token) in zip(penalized, others) { tokens[index] = token }
    }
    return tokens
  }

  /// A token for each row, as its options say apart from the repetition penalty.
  private static func tokens(
    _ logits: Matrix, _ rows: [(row: Int, options: SamplingOptions)], _ uniforms: [Float], lanes: Lanes
  ) -> [Int32] {
    var tokens = Softmax.sample(
      logits, rows: rows.map(\.row), temperatures: rows.map(\.options.divisor), uniforms: uniforms, lanes: lanes)
    let restricted = rows.indices.filter { rows[$0].options.restrictsTokens }
    let requests = restricted.map {
      RestrictedDraw.Request(row: rows[$0].row, options: rows[$0].options, uniform: uniforms[$0])
    }
    for (index, token) in zip(restricted, RestrictedDraw.tokens(logits, requests, lanes: lanes)) { tokens[index] = token }
    return tokens
  }

  /// The most probable tokens of some rows, by row.
  private func alternatives(_ logits: Matrix, _ rows: [(row: Int, count: Int)]) -> [Int: [ScoredToken.Alternative]] {
    guard let count = rows.map(\.count).max() else { return [:] }
    let ranked = Softmax.mostProbable(logits, rows: rows.map(\.row), count: count, lanes: decoder.lanes)
    return Dictionary(
      uniqueKeysWithValues: zip(rows, ranked).map { entry, likelihoods in
        (entry.row, likelihoods.prefix(entry.count).map { .init(id: $0.token, logProbability: $0.logProbability) })
      })
  }
}
