internal import EMPO
internal import Transformer

/// What one forward and backward computes: responses in order, those of one slot behind one prompt.
struct MicroBatch {
  /// The groups.
  private(set) var groups: [TrainingGroup] = []

  /// Their responses, in order, with their slots.
  private(set) var responses: [(slot: Int, response: GradientResponse)] = []

  /// The rows of all groups.
  private(set) var rowCount = 0

  /// Cuts groups, which are in slot order, into batches of at most `maximumRows` rows.
  ///
  /// A group that does not fit into what is left of a batch begins the next one. One that fits into none is cut, and each part has the prompt
  /// again; a response that fits into none even so runs alone.
  static func batches(of groups: [GradientGroup], maximumRows: Int) -> [MicroBatch] {
    var batches: [MicroBatch] = []
    var batch = MicroBatch()
    for group in groups {
      let prompt = group.promptTokens.count
      let rows = group.responses.reduce(prompt) { $0 + $1.tokens.count - 1 }
      if batch.rowCount > 0 && batch.rowCount + rows > maximumRows {
        batches.append(batch)
        batch = MicroBatch()
      }
      for response in group.responses {
        let own = response.tokens.count - 1
        let begins = batch.responses.last?.slot != group.slot
        if batch.rowCount > 0 && batch.rowCount + own + (begins ? prompt : 0) > maximumRows {
          batches.append(batch)
          batch = MicroBatch()
        }
        batch.append(response, of: group)
      }
    }
    if batch.rowCount > 0 { batches.append(batch) }
    return batches
  }

  private mutating func append(_ response: GradientResponse, of group: GradientGroup) {
    if responses.last?.slot == group.slot, !groups.isEmpty {
      groups[groups.count - 1].responses.append(response.tokens)
    } else {
      groups.append(TrainingGroup(prompt: group.promptTokens, responses: [response.tokens]))
      rowCount += group.promptTokens.count
    }
    responses.append((group.slot, response))
    rowCount += response.tokens.count - 1
  }
}
