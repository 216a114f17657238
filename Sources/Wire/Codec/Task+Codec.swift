import EMPO

extension Task {
  init(from reader: inout MessagePackReader) throws(WireError) {
    let extra = try reader.record(fields: 16, "task")
    self.init(
      lease: try reader.unsigned("lease"), seal: try LeaseSeal(from: &reader), item: try WorkItem(from: &reader),
      policyVersion: try reader.unsigned("policyVersion"), seed: try reader.unsigned("seed"),
      groupSize: try reader.unsigned("groupSize"), given: try Self.readGiven(&reader),
      questionID: try reader.string(limit: Limits.nameBytes, "questionID"),
      question: try reader.string(limit: Limits.textBytes, "question"),
      promptTokens: try reader.binary(limit: Limits.tokens, "promptTokens"),
      answers: try Self.readAnswers(&reader), part: try GradientPart(from: &reader),
      deadlineMilliseconds: try reader.unsigned("deadlineMilliseconds"))
    try reader.skip(extra, "trailing fields")
    if let problem { throw WireError(.malformed, problem) }
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    if let problem { throw WireError(.limit, "task, \(problem)") }
    writer.array(16)
    writer.unsigned(lease)
    try seal.write(to: &writer, "task")
    item.write(to: &writer)
    writer.unsigned(policyVersion)
    writer.unsigned(seed)
    writer.unsigned(groupSize)
    try writer.list(given.count, limit: Limits.groupSize, "task, given")
    for tokens in given { try writer.binary(tokens, limit: Limits.tokens, "task, given") }
    try writer.string(questionID, limit: Limits.nameBytes, "task, questionID")
    try writer.string(question, limit: Limits.textBytes, "task, question")
    try writer.binary(promptTokens, limit: Limits.tokens, "task, promptTokens")
    try writer.list(answers.count, limit: Limits.answers, "task, answers")
    for answer in answers { try writer.string(answer, limit: Limits.textBytes, "task, answers") }
    if let part { try part.write(to: &writer) } else { writer.null() }
    writer.unsigned(deadlineMilliseconds)
  }

  private static func readGiven(_ reader: inout MessagePackReader) throws(WireError) -> [[Int32]] {
    var given: [[Int32]] = []
    for _ in 0..<(try reader.list(limit: Limits.groupSize, "given")) {
      given.append(try reader.binary(limit: Limits.tokens, "given"))
    }
    return given
  }

  private static func readAnswers(_ reader: inout MessagePackReader) throws(WireError) -> [String] {
    var answers: [String] = []
    for _ in 0..<(try reader.list(limit: Limits.answers, "answers")) {
      answers.append(try reader.string(limit: Limits.textBytes, "answers"))
    }
    return answers
  }

  private var problem: String? {
    guard (part != nil) == (item.kind.checked == .gradient) else { return "part: expected one for a gradient, and for nothing else" }
    guard part == nil else {
      return groupSize == 0 && given.isEmpty && promptTokens.isEmpty ? nil : "groupSize, given, promptTokens: expected none for a gradient"
    }
    guard (1...UInt32(Limits.groupSize)).contains(groupSize) else { return "groupSize: \(groupSize) lies outside 1...\(Limits.groupSize)" }
    if let token = promptTokens.first(where: { $0 < 0 }) { return "promptTokens: \(token), expected none below 0" }
    guard given.count == (item.kind.isCheck ? Int(groupSize) : 0) else {
      return "given: \(given.count) responses, expected \(item.kind.isCheck ? "the group's \(groupSize)" : "none")"
    }
    if let token = given.joined().first(where: { $0 < 0 }) { return "given: \(token), expected none below 0" }
    return nil
  }
}
