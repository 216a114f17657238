internal import Transformer

/// A response of an update.
struct PackedResponse {
  let slot: Int
  let sample: Int
  let prompt: [Int32]
  let tokens: [Int32]
  let samplingLogProbabilities: [Float]
  let advantage: Double
  let isMasked: Bool
}

/// What one forward and backward computes: responses in order, those of one slot behind one prompt.
struct MicroBatch {
  /// The groups.
  private(set) var groups: [TrainingGroup] = []

  /// Their responses, in order.
  private(set) var responses: [PackedResponse] = []

  /// The rows of all groups.
  private(set) var rowCount = 0

  /// Cuts responses, which are in slot order, into batches of at most `maximumRows` rows.
  ///
  /// A group that does not fit into what is left of a batch begins the next one. One that fits into none is cut, and each part has the prompt
  /// again; a response that fits into none even so runs alone.
  static func batches(of responses: [PackedResponse], maximumRows: Int) -> [MicroBatch] {
    var batches: [MicroBatch] = []
    var batch = MicroBatch()
    for group in responses.bySlot() {
      let prompt = group.first?.prompt.count ?? 0
      let rows = group.reduce(prompt) { $0 + $1.tokens.count - 1 }
      if batch.rowCount > 0 && batch.rowCount + rows > maximumRows {
        batches.append(batch)
        batch = MicroBatch()
      }
      for response in group {
        let own = response.tokens.count - 1
        let begins = batch.responses.last?.slot != response.slot
        if batch.rowCount > 0 && batch.rowCount + own + (begins ? prompt : 0) > maximumRows {
          batches.append(batch)
          batch = MicroBatch()
        }
        batch.append(response)
      }
    }
    if batch.rowCount > 0 { batches.append(batch) }
    return batches
  }

  private mutating func append(_ response: PackedResponse) {
    if responses.last?.slot == response.slot, !groups.isEmpty {
      groups[groups.count - 1].responses.append(response.tokens)
    } else {
      groups.append(TrainingGroup(prompt: response.prompt, responses: [response.tokens]))
      rowCount += response.prompt.count
    }
    responses.append(response)
    rowCount += response.tokens.count - 1
  }
}

extension [PackedResponse] {
  /// The responses of each slot.
  fileprivate func bySlot() -> [ArraySlice<PackedResponse>] {
    var chunks: [ArraySlice<PackedResponse>] = []
    var start = startIndex
    for index in indices where index > start && self[index].slot != self[start].slot {
      chunks.append(self[start..<index])
      start = index
    }
    if start < endIndex { chunks.append(self[start..<endIndex]) }
    return chunks
  }
}
