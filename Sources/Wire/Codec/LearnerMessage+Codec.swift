/// First field of every message from the learner. Disjoint from ``WorkerKind``, so that a message can't pass for one of the
/// other direction.
enum LearnerKind: UInt8, CaseIterable {
  case welcome = 65
  case tasks = 66
  case acknowledge = 67
  case heartbeatReply = 68
  case weights = 69
  case refuse = 70
  case finish = 71
  case weightsGone = 72
  case gradientRequest = 73
}

extension LearnerMessage {
  /// Reads a message.
  ///
  /// Fields after the known ones are passed over, since a later minor version may add some.
  ///
  /// - Throws: ``WireError/Code/malformed`` with the field, what was found and what was expected.
  public init(decoding bytes: Span<UInt8>) throws(WireError) {
    try self.init(decoding: bytes, body: nil)
  }

  /// Reads a message. It may be cut before the bytes of a chunk; these are then the body.
  init(decoding bytes: Span<UInt8>, body: WeightBytes?) throws(WireError) {
    var reader = MessagePackReader(bytes, body: body)
    let (kind, fields) = try reader.begin(LearnerKind.self, limit: Limits.learnerMessageBytes, "learner message")
    do throws(WireError) {
      let known = Self.fieldCount(of: kind)
      guard fields >= known else { throw WireError(.malformed, "\(fields) fields, expected at least \(known)") }
      self = try Self.body(of: kind, &reader)
      try reader.skip(fields - known, "trailing fields")
      try reader.finish()
    } catch {
      throw error.within("\(kind)")
    }
  }

  private static func fieldCount(of kind: LearnerKind) -> Int {
    switch kind {
    case .welcome: 11
    case .tasks: 1
    case .acknowledge: 4
    case .heartbeatReply: 1
    case .weights: 7
    case .refuse: 2
    case .finish: 0
    case .weightsGone: 2
    case .gradientRequest: 4
    }
  }

  private static func body(of kind: LearnerKind, _ reader: inout MessagePackReader) throws(WireError) -> LearnerMessage {
    switch kind {
    case .welcome: return .welcome(try Welcome(from: &reader))
    case .tasks:
      let count = try reader.list(limit: Limits.tasks, "tasks")
      var tasks: [Task] = []
      tasks.reserveCapacity(count)
      for index in 0..<count {
        do throws(WireError) {
          tasks.append(try Task(from: &reader))
        } catch {
          throw error.within("task \(index)")
        }
      }
      return .tasks(tasks)
    case .acknowledge:
      let item = try WorkItem(from: &reader)
      let number = try reader.unsigned("disposition", as: UInt8.self)
      guard let disposition = Disposition(rawValue: number) else {
        throw WireError(.malformed, "disposition: \(number), expected one of \(Disposition.allCases.map(\.rawValue))")
      }
      return .acknowledge(item, disposition: disposition)
    case .heartbeatReply: return .heartbeatReply(incarnation: try reader.unsigned("incarnation"))
    case .weights: return .weights(try WeightChunk(from: &reader))
    case .refuse:
      let code = try reader.unsigned("code", as: UInt8.self)
      return .refuse(Refusal(code: .init(rawValue: code) ?? .other, reason: try reader.line(limit: Limits.reasonBytes, "reason")))
    case .finish: return .finish
    case .weightsGone:
      let version = try reader.unsigned("policyVersion", as: UInt32.self)
      return .weightsGone(policyVersion: version, newest: try reader.unsigned("newest"))
    case .gradientRequest:
      let item = try WorkItem(from: &reader)
      return .gradientRequest(item, chunks: try reader.binary(limit: Limits.chunks, "chunks"))
    }
  }

  /// Reads a message.
  ///
  /// - Throws: ``WireError/Code/malformed`` with the field, what was found and what was expected.
  public init(decoding bytes: [UInt8]) throws(WireError) {
    try self.init(decoding: bytes.span)
  }

  /// Writes the message in place of the writer's last one.
  ///
  /// - Throws: ``WireError/Code/limit`` for a value that no reader would take.
  func write(to writer: inout MessagePackWriter) throws(WireError) {
    if let body = try writeHead(to: &writer) { writer.append(body) }
    try writer.finish(limit: Limits.learnerMessageBytes, "message")
  }

  /// Writes the message in place of the writer's last one. The bytes of a chunk are not written but returned.
  ///
  /// - Throws: ``WireError/Code/limit`` for a value that no reader would take.
  func writeHead(to writer: inout MessagePackWriter) throws(WireError) -> WeightBytes? {
    var body: WeightBytes?
    writer.clear()
    switch self {
    case .welcome(let welcome):
      begin(.welcome, &writer)
      try welcome.write(to: &writer)
    case .tasks(let tasks):
      begin(.tasks, &writer)
      try writer.list(tasks.count, limit: Limits.tasks, "tasks")
      for task in tasks { try task.write(to: &writer) }
    case .acknowledge(let item, let disposition):
      begin(.acknowledge, &writer)
      item.write(to: &writer)
      writer.unsigned(disposition.rawValue)
    case .heartbeatReply(let incarnation):
      begin(.heartbeatReply, &writer)
      writer.unsigned(incarnation)
    case .weights(let chunk):
      begin(.weights, &writer)
      try chunk.writeHead(to: &writer)
      body = chunk.bytes
    case .refuse(let refusal):
      begin(.refuse, &writer)
      writer.unsigned(refusal.code.rawValue)
      try writer.line(refusal.reason, limit: Limits.reasonBytes, "refuse, reason")
    case .finish:
      begin(.finish, &writer)
    case .weightsGone(let version, let newest):
      begin(.weightsGone, &writer)
      writer.unsigned(version)
      writer.unsigned(newest)
    case .gradientRequest(let item, let chunks):
      begin(.gradientRequest, &writer)
      item.write(to: &writer)
      try writer.binary(chunks, limit: Limits.chunks, "gradientRequest, chunks")
    }
    try writer.finish(limit: Limits.learnerMessageBytes, "message")
    return body
  }

  private func begin(_ kind: LearnerKind, _ writer: inout MessagePackWriter) {
    writer.begin(kind.rawValue, fields: Self.fieldCount(of: kind))
  }

  /// The message's bytes.
  ///
  /// - Throws: ``WireError/Code/limit`` for a value that no reader would take.
  public func encoded() throws(WireError) -> [UInt8] {
    var writer = MessagePackWriter()
    try write(to: &writer)
    return writer.copy()
  }
}
