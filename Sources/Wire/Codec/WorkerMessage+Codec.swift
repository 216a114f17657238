import EMPO

/// First field of every message from a worker.
enum WorkerKind: UInt8, CaseIterable {
  case hello = 1
  case heartbeat = 2
  case group = 3
  case weightsRequest = 4
  case decline = 5
  case goodbye = 6
  case gradient = 7
  case gradientChunk = 8
}

extension WorkerMessage {
  /// Reads a message.
  ///
  /// Fields after the known ones are passed over, since a later minor version may add some.
  ///
  /// - Throws: ``WireError/Code/malformed`` with the field, what was found and what was expected.
  public init(decoding bytes: Span<UInt8>) throws(WireError) {
    var reader = MessagePackReader(bytes)
    let (kind, fields) = try reader.begin(WorkerKind.self, limit: Limits.workerMessageBytes, "worker message")
    do throws(WireError) {
      let known: Int
      (self, known) = try Self.body(of: kind, fields, &reader)
      try reader.skip(fields - known, "trailing fields")
      try reader.finish()
    } catch {
      throw error.within("\(kind)")
    }
  }

  /// Reads the fields of one kind, and returns how many fields it knows.
  private static func body(
    of kind: WorkerKind, _ fields: Int, _ reader: inout MessagePackReader
  ) throws(WireError) -> (WorkerMessage, known: Int) {
    func need(_ count: Int) throws(WireError) {
      guard fields >= count else { throw WireError(.malformed, "\(fields) fields, expected at least \(count)") }
    }
    switch kind {
    case .hello:
      try need(1)
      let version = try reader.unsigned("protocolVersion", as: UInt32.self)
      // Only the version's place never changes. The other fields of an unknown version are passed over, so that the learner can answer with
      // a refusal that both sides understand.
      guard version == Wire.protocolVersion else {
        return (.hello(Hello(protocolVersion: version, worker: "", software: "", fingerprint: "", credits: 0)), 1)
      }
      try need(5)
      return (
        .hello(
          Hello(
            worker: try reader.line(limit: Limits.workerNameBytes, "worker"),
            software: try reader.line(limit: Limits.nameBytes, "software"),
            fingerprint: try reader.line(limit: Limits.nameBytes, "fingerprint"),
            credits: try reader.unsigned("credits"))), 5
      )
    case .heartbeat:
      try need(7)
      return (
        .heartbeat(
          Heartbeat(
            incarnation: try reader.unsigned("incarnation"),
            leases: try reader.binary(limit: Limits.leases, "leases"),
            policyVersion: try reader.optionalUnsigned("policyVersion"),
            busySeconds: try reader.float("busySeconds"),
            waitingSeconds: try reader.float("waitingSeconds"),
            sampledTokens: try reader.unsigned("sampledTokens"),
            isReady: try reader.bool("isReady"))), 7
      )
    case .group, .gradient:
      try need(9)
      let lease = try reader.unsigned("lease", as: UInt64.self)
      let (seal, item) = (try LeaseSeal(from: &reader), try WorkItem(from: &reader))
      let version = try reader.unsigned("policyVersion", as: UInt32.self)
      guard (item.kind.checked == .gradient) == (kind == .gradient) else {
        throw WireError(.malformed, "kind: \(item) in a message of another")
      }
      let outcome: WorkResult.Outcome =
        kind == .gradient ? .gradient(try GradientSummary(from: &reader)) : .group(try ScoredGroup(from: &reader))
      let seconds = try reader.float("seconds")
      return (
        .result(WorkResult(lease: lease, seal: seal, item: item, policyVersion: version, outcome: outcome, seconds: seconds)), 9
      )
    case .gradientChunk:
      try need(5)
      return (.gradient(try GradientChunk(from: &reader)), 5)
    case .weightsRequest:
      try need(3)
      return (
        .weightsRequest(
          policyVersion: try reader.unsigned("policyVersion"), base: try reader.optionalUnsigned("base"),
          chunks: try reader.binary(limit: Limits.chunks, "chunks")), 3
      )
    case .decline:
      try need(1)
      return (.decline(leases: try reader.binary(limit: Limits.leases, "leases")), 1)
    case .goodbye:
      return (.goodbye, 0)
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
    writer.clear()
    switch self {
    case .hello(let hello):
      writer.begin(WorkerKind.hello.rawValue, fields: 5)
      writer.unsigned(hello.protocolVersion)
      try writer.line(hello.worker, limit: Limits.workerNameBytes, "hello, worker")
      try writer.line(hello.software, limit: Limits.nameBytes, "hello, software")
      try writer.line(hello.fingerprint, limit: Limits.nameBytes, "hello, fingerprint")
      writer.unsigned(hello.credits)
    case .heartbeat(let heartbeat):
      writer.begin(WorkerKind.heartbeat.rawValue, fields: 7)
      writer.unsigned(heartbeat.incarnation)
      try writer.binary(heartbeat.leases, limit: Limits.leases, "heartbeat, leases")
      writer.optionalUnsigned(heartbeat.policyVersion)
      try writer.float(heartbeat.busySeconds, "heartbeat, busySeconds")
      try writer.float(heartbeat.waitingSeconds, "heartbeat, waitingSeconds")
      writer.unsigned(heartbeat.sampledTokens)
      writer.bool(heartbeat.isReady)
    case .result(let result):
      let isGradient = result.gradient != nil
      guard (result.item.kind.checked == .gradient) == isGradient else {
        throw WireError(.limit, "result: \(result.item) and another outcome")
      }
      writer.begin((isGradient ? WorkerKind.gradient : .group).rawValue, fields: 9)
      writer.unsigned(result.lease)
      try result.seal.write(to: &writer, "result")
      result.item.write(to: &writer)
      writer.unsigned(result.policyVersion)
      switch result.outcome {
      case .group(let group): try group.write(to: &writer)
      case .gradient(let summary): try summary.write(to: &writer)
      }
      try writer.float(result.seconds, "result, seconds")
    case .gradient(let chunk):
      writer.begin(WorkerKind.gradientChunk.rawValue, fields: 5)
      try chunk.write(to: &writer)
    case .weightsRequest(let policyVersion, let base, let chunks):
      writer.begin(WorkerKind.weightsRequest.rawValue, fields: 3)
      writer.unsigned(policyVersion)
      writer.optionalUnsigned(base)
      try writer.binary(chunks, limit: Limits.chunks, "weightsRequest, chunks")
    case .decline(let leases):
      writer.begin(WorkerKind.decline.rawValue, fields: 1)
      try writer.binary(leases, limit: Limits.leases, "decline, leases")
    case .goodbye:
      writer.begin(WorkerKind.goodbye.rawValue, fields: 0)
    }
    try writer.finish(limit: Limits.workerMessageBytes, "message")
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
