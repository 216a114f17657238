public import EMPO

extension GradientPart {
  /// Reads a part; nil where there is none.
  init?(from reader: inout MessagePackReader) throws(WireError) {
    guard let extra = try reader.optionalRecord(fields: 3, "part") else { return nil }
    self.init(
      responseCount: Int(try reader.unsigned("responseCount", as: UInt32.self)),
      tokenCount: Int(try reader.unsigned("tokenCount", as: UInt32.self)), groups: [])
    for _ in 0..<(try reader.list(limit: Limits.groups, "groups")) { groups.append(try GradientGroup(from: &reader)) }
    try reader.skip(extra, "part, trailing fields")
    if let problem { throw WireError(.malformed, problem) }
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    if let problem { throw WireError(.limit, "task, \(problem)") }
    writer.array(3)
    writer.unsigned(UInt32(responseCount))
    writer.unsigned(UInt32(tokenCount))
    try writer.list(groups.count, limit: Limits.groups, "task, groups")
    for group in groups { try group.write(to: &writer) }
  }

  /// What no engine could compute; nil if there is nothing of that kind.
  private var problem: String? {
    guard !groups.isEmpty else { return "part: no groups, expected at least one" }
    let responses = groups.flatMap(\.responses)
    guard responses.count <= responseCount, responses.reduce(0, { $0 + $1.tokens.count }) <= tokenCount else {
      return "part: \(responses.count) responses, more than the batch's \(responseCount) of \(tokenCount) tokens"
    }
    for group in groups {
      guard group.slot >= 0, UInt32(exactly: group.slot) != nil else { return "part: slot \(group.slot)" }
      guard !group.promptTokens.isEmpty, !group.responses.isEmpty else { return "part: a group without a prompt or responses" }
      for response in group.responses {
        guard UInt32(exactly: response.sample) != nil else { return "part: sample \(response.sample)" }
        guard !response.tokens.isEmpty, response.tokens.count == response.samplingLogProbabilities.count else {
          return "part: \(response.samplingLogProbabilities.count) log-probabilities for \(response.tokens.count) tokens"
        }
        if let value = response.samplingLogProbabilities.first(where: { !$0.isFinite }) {
          return "part: a log-probability of \(value), expected finite numbers"
        }
      }
      if let token = (group.promptTokens + group.responses.flatMap(\.tokens)).first(where: { $0 < 0 }) {
        return "part: token \(token), expected none below 0"
      }
    }
    return nil
  }
}

extension GradientGroup {
  fileprivate init(from reader: inout MessagePackReader) throws(WireError) {
    let extra = try reader.record(fields: 3, "group")
    self.init(
      slot: Int(try reader.unsigned("slot", as: UInt32.self)), promptTokens: try reader.binary(limit: Limits.tokens, "promptTokens"),
      responses: [])
    for _ in 0..<(try reader.list(limit: Limits.groupSize, "responses")) {
      let extra = try reader.record(fields: 4, "response")
      responses.append(
        GradientResponse(
          sample: Int(try reader.unsigned("sample", as: UInt32.self)), tokens: try reader.binary(limit: Limits.tokens, "tokens"),
          samplingLogProbabilities: try reader.binary(limit: Limits.tokens, "samplingLogProbabilities"),
          advantage: try reader.float("advantage")))
      try reader.skip(extra, "response, trailing fields")
    }
    try reader.skip(extra, "group, trailing fields")
  }

  fileprivate func write(to writer: inout MessagePackWriter) throws(WireError) {
    writer.array(3)
    writer.unsigned(UInt32(slot))
    try writer.binary(promptTokens, limit: Limits.tokens, "task, promptTokens")
    try writer.list(responses.count, limit: Limits.groupSize, "task, responses")
    for response in responses {
      writer.array(4)
      writer.unsigned(UInt32(response.sample))
      try writer.binary(response.tokens, limit: Limits.tokens, "task, tokens")
      try writer.binary(response.samplingLogProbabilities, limit: Limits.tokens, "task, samplingLogProbabilities")
      try writer.float(response.advantage, "task, advantage")
    }
  }
}

extension GradientSummary {
  init(from reader: inout MessagePackReader) throws(WireError) {
    let extra = try reader.record(fields: 3, "gradient")
    let digest: [UInt8] = try reader.binary(limit: Self.digestBytes, "digest")
    guard digest.count == Self.digestBytes else {
      throw WireError(.malformed, "digest: \(digest.count) bytes, expected \(Self.digestBytes)")
    }
    self.init(
      digest: digest, totalBytes: try reader.unsigned("totalBytes", in: 1...Limits.weightBytes),
      statistics: try GradientStatistics(from: &reader))
    try reader.skip(extra, "gradient, trailing fields")
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    guard digest.count == Self.digestBytes, (1...Limits.weightBytes).contains(totalBytes) else {
      throw WireError(.limit, "gradient: a digest of \(digest.count) bytes for \(totalBytes)")
    }
    writer.array(3)
    try writer.binary(digest, limit: Self.digestBytes, "gradient, digest")
    writer.unsigned(totalBytes)
    try statistics.write(to: &writer)
  }
}

extension GradientStatistics {
  init(from reader: inout MessagePackReader) throws(WireError) {
    let extra = try reader.record(fields: 4, "statistics")
    self.init()
    let sums = try Self.readNumbers(4, &reader, "sums")
    (loss, divergence, minimumRatio, maximumRatio) = (sums[0], sums[1], sums[2], sums[3])
    clippedTokens = Int(try reader.unsigned("clippedTokens", as: UInt32.self))
    processedTokens = Int(try reader.unsigned("processedTokens", as: UInt32.self))
    for _ in 0..<(try reader.list(limit: Limits.extremeRatios, "extremeRatios")) {
      let extra = try reader.record(fields: 4, "extreme ratio")
      extremeRatios.append(
        ExtremeRatio(
          slot: Int(try reader.unsigned("slot", as: UInt32.self)), sample: Int(try reader.unsigned("sample", as: UInt32.self)),
          position: Int(try reader.unsigned("position", as: UInt32.self)), ratio: try Self.readNumbers(1, &reader, "ratio")[0]))
      try reader.skip(extra, "extreme ratio, trailing fields")
    }
    try reader.skip(extra, "statistics, trailing fields")
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    guard let clipped = UInt32(exactly: clippedTokens), let processed = UInt32(exactly: processedTokens) else {
      throw WireError(.limit, "statistics: \(clippedTokens) clipped of \(processedTokens) tokens")
    }
    writer.array(4)
    try Self.write([loss, divergence, minimumRatio, maximumRatio], to: &writer)
    writer.unsigned(clipped)
    writer.unsigned(processed)
    try writer.list(extremeRatios.count, limit: Limits.extremeRatios, "statistics, extremeRatios")
    for extreme in extremeRatios {
      writer.array(4)
      writer.unsigned(UInt32(clamping: extreme.slot))
      writer.unsigned(UInt32(clamping: extreme.sample))
      writer.unsigned(UInt32(clamping: extreme.position))
      try Self.write([extreme.ratio], to: &writer)
    }
  }

  /// The statistics as they are written on the wire: every bit of every number.
  public func encoded() throws(WireError) -> [UInt8] {
    var writer = MessagePackWriter()
    writer.clear()
    try write(to: &writer)
    try writer.finish(limit: Limits.workerMessageBytes, "statistics")
    return writer.copy()
  }

  /// Numbers that need not be finite, as their bits.
  private static func readNumbers(_ count: Int, _ reader: inout MessagePackReader, _ field: String) throws(WireError) -> [Double] {
    let bits: [UInt64] = try reader.binary(limit: count, field)
    guard bits.count == count else { throw WireError(.malformed, "\(field): \(bits.count) numbers, expected \(count)") }
    return bits.map(Double.init(bitPattern:))
  }

  private static func write(_ numbers: [Double], to writer: inout MessagePackWriter) throws(WireError) {
    try writer.binary(numbers.map(\.bitPattern), limit: numbers.count, "statistics")
  }
}

extension GradientChunk {
  init(from reader: inout MessagePackReader) throws(WireError) {
    self.init(
      item: try WorkItem(from: &reader), index: try reader.unsigned("index"),
      bytes: try reader.binary(limit: Self.bytesEach, "bytes"))
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    item.write(to: &writer)
    writer.unsigned(index)
    try writer.binary(bytes, limit: Self.bytesEach, "gradient, bytes")
  }
}
