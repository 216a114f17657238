import EMPO

extension ScoredGroup {
  init(from reader: inout MessagePackReader) throws(WireError) {
    let extra = try reader.record(fields: 3, "scored group")
    let count = try reader.list(limit: Limits.groupSize, "responses")
    var responses: [ScoredResponse] = []
    responses.reserveCapacity(count)
    for index in 0..<count {
      do throws(WireError) {
        responses.append(try ScoredResponse(from: &reader, groupSize: count))
      } catch {
        throw error.within("response \(index)")
      }
    }
    self.init(responses: responses, semanticEntropy: try reader.float("semanticEntropy"), isKept: try reader.bool("isKept"))
    try reader.skip(extra, "scored group, trailing fields")
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    writer.array(3)
    try writer.list(responses.count, limit: Limits.groupSize, "responses")
    for response in responses { try response.write(to: &writer, groupSize: responses.count) }
    try writer.float(semanticEntropy, "semanticEntropy")
    writer.bool(isKept)
  }
}

extension ScoredResponse {
  fileprivate init(from reader: inout MessagePackReader, groupSize: Int) throws(WireError) {
    let extra = try reader.record(fields: 6, "scored response")
    self.init(
      tokens: try reader.binary(limit: Limits.tokens, "tokens"),
      tokenLogProbabilities: try reader.binary(limit: Limits.tokens, "tokenLogProbabilities"),
      isTruncated: try reader.bool("isTruncated"),
      answer: try reader.string(limit: Limits.textBytes, "answer"),
      cluster: Int(try reader.unsigned("cluster", as: UInt32.self)),
      reward: try reader.float("reward"))
    try reader.skip(extra, "scored response, trailing fields")
    if let problem = problem(groupSize: groupSize) { throw WireError(.malformed, problem) }
  }

  fileprivate func write(to writer: inout MessagePackWriter, groupSize: Int) throws(WireError) {
    if let problem = problem(groupSize: groupSize) { throw WireError(.limit, problem) }
    writer.array(6)
    try writer.binary(tokens, limit: Limits.tokens, "tokens")
    try writer.binary(tokenLogProbabilities, limit: Limits.tokens, "tokenLogProbabilities")
    writer.bool(isTruncated)
    try writer.string(answer, limit: Limits.textBytes, "answer")
    writer.unsigned(UInt32(cluster))
    try writer.float(reward, "reward")
  }

  /// The fault of the response as a member of a group of this size; nil if there is none. Both sides refuse a response with a fault.
  private func problem(groupSize: Int) -> String? {
    guard tokens.count == tokenLogProbabilities.count else {
      return "\(tokenLogProbabilities.count) log-probabilities for \(tokens.count) tokens"
    }
    if let token = tokens.first(where: { $0 < 0 }) { return "tokens: \(token), expected none below 0" }
    if let value = tokenLogProbabilities.first(where: { !$0.isFinite }) {
      return "tokenLogProbabilities: \(value), expected finite numbers"
    }
    guard (0..<groupSize).contains(cluster) else { return "cluster: \(cluster), expected one of the group's \(groupSize)" }
    return nil
  }
}
