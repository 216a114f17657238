import EMPO
import TestSupport
import Testing
import Wire

/// Bytes that no peer of ours sends, and what must be said about them.
struct HostileCase: Sendable, CustomTestStringConvertible {
  var name: String
  var bytes: [UInt8]
  /// A part of the expected message.
  var says: String

  var testDescription: String { name }
}

private let hostileToLearner: [HostileCase] = [
  HostileCase(name: "nothing", bytes: [], says: "ends at offset 0"),
  HostileCase(name: "a byte MessagePack never uses", bytes: [0xc1], says: "0xc1"),
  HostileCase(name: "a line of HTTP", bytes: Array("GET / HTTP/1.1\r\n\r\n".utf8), says: "expected an array"),
  HostileCase(name: "an empty array", bytes: [0x90], says: "expected at least 1"),
  HostileCase(name: "an unknown kind", bytes: [0x91, 0x63], says: "unknown kind 99"),
  HostileCase(name: "a kind beyond 8 bits", bytes: [0x91, 0xcf, 1, 0, 0, 0, 0, 0, 0, 6], says: "unknown kind"),
  HostileCase(name: "the learner's kind", bytes: [0x91, 71], says: "unknown kind 71"),
  HostileCase(name: "a negative kind", bytes: [0x91, 0xff], says: "negative"),
  HostileCase(name: "a negative kind of 64 bits", bytes: [0x91, 0xd3, 0xff, 0, 0, 0, 0, 0, 0, 0], says: "negative"),
  HostileCase(name: "an array that claims 2^32-1 fields", bytes: [0xdd, 0xff, 0xff, 0xff, 0xff, 0x06], says: "only 1 bytes follow"),
  HostileCase(name: "bytes behind the message", bytes: [0x91, 0x06, 0x00], says: "1 bytes follow"),
  HostileCase(name: "leases that claim 4 GiB", bytes: [0x92, 0x05, 0xc6, 0xff, 0xff, 0xff, 0xf8], says: "at most 4096"),
  HostileCase(name: "leases within their limit but not there", bytes: [0x92, 0x05, 0xc5, 0x10, 0x00], says: "ends after 0"),
  HostileCase(name: "half a lease", bytes: [0x92, 0x05, 0xc4, 0x04, 0, 0, 0, 0], says: "do not divide"),
  HostileCase(name: "leases as an array", bytes: [0x92, 0x05, 0x91, 0x01], says: "expected binary"),
  HostileCase(name: "a hello without a version", bytes: [0x91, 0x01], says: "at least 1"),
  HostileCase(name: "a version beyond 32 bits", bytes: [0x92, 0x01, 0xcf, 0, 0, 0, 1, 0, 0, 0, 0], says: "outside"),
  HostileCase(name: "a name of 4 GiB", bytes: [0x96, 0x01, 0x07, 0xdb, 0xff, 0xff, 0xff, 0xff, 0, 0, 0], says: "at most 64"),
  HostileCase(name: "a name that is not UTF-8", bytes: [0x96, 0x01, 0x07, 0xa2, 0xc3, 0x28, 0xa0, 0xa0, 0x01], says: "not UTF-8"),
  HostileCase(name: "a name that is a map", bytes: [0x96, 0x01, 0x07, 0x80, 0xa0, 0xa0, 0x01], says: "expected a string"),
  HostileCase(name: "a name of two lines", bytes: [0x96, 0x01, 0x07, 0xa2, 0x61, 0x0a, 0xa0, 0xa0, 0x01], says: "worker: found control"),
  HostileCase(
    name: "software that clears the screen", bytes: [0x96, 0x01, 0x07, 0xa1, 0x61, 0xa3, 0x1b, 0x5b, 0x4a, 0xa0, 0x01],
    says: "software: found control"),
  HostileCase(
    name: "a fingerprint with a C1 control", bytes: [0x96, 0x01, 0x07, 0xa1, 0x61, 0xa0, 0xa2, 0xc2, 0x9b, 0x01],
    says: "fingerprint: found control"),
  HostileCase(
    name: "NaN seconds", bytes: [0x98, 0x02, 0x00, 0xc4, 0x00, 0xc0, 0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0, 0xca, 0, 0, 0, 0, 0x00, 0xc3],
    says: "finite"),
  HostileCase(
    name: "infinite seconds", bytes: [0x98, 0x02, 0x00, 0xc4, 0x00, 0xc0, 0xca, 0x7f, 0x80, 0, 0, 0xca, 0, 0, 0, 0, 0x00, 0xc3],
    says: "finite"),
  HostileCase(
    name: "readiness that is a number", bytes: [0x98, 0x02, 0x00, 0xc4, 0x00, 0xc0, 0xca, 0, 0, 0, 0, 0xca, 0, 0, 0, 0, 0x00, 0x01],
    says: "isReady: an unsigned integer"),
  HostileCase(
    name: "a group of 2^32-1 responses",
    bytes: [0x9a, 0x03, 0, 0, 0xc4, 16] + [UInt8](repeating: 7, count: 16) + [
      0, 0, 0, 0, 0x93, 0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0, 0xc0, 0xc0,
    ],
    says: "at most 1024"),
  HostileCase(name: "a seal of 15 bytes", bytes: [0x9a, 0x03, 0, 0, 0xc4, 15] + [UInt8](repeating: 7, count: 22), says: "expected 16"),
  HostileCase(
    name: "work of no kind", bytes: [0x9a, 0x03, 0, 0, 0xc4, 16] + [UInt8](repeating: 7, count: 16) + [9, 0, 0, 0, 0x93, 0, 0],
    says: "kind: 9"),
  HostileCase(
    name: "a trailing field that nests a thousand arrays", bytes: [0x92, 0x06] + [UInt8](repeating: 0x91, count: 1000),
    says: "only 0 bytes follow"),
  HostileCase(
    name: "a trailing map that claims 2^32-1 pairs", bytes: [0x92, 0x06, 0xdf, 0xff, 0xff, 0xff, 0xff], says: "only 0 bytes follow"),
]

@Suite struct HostileTests {
  @Test("Learner gets a reason", arguments: hostileToLearner) func learnerGetsAReason(_ hostile: HostileCase) {
    let error = #expect(throws: WireError.self) { _ = try WorkerMessage(decoding: hostile.bytes) }
    #expect(error?.code == .malformed)
    #expect(error?.message.contains(hostile.says) == true, "said: \(error?.message ?? "nothing")")
  }

  @Test("Every truncation is malformed", arguments: samples) func everyTruncationIsMalformed(_ sample: Sample) throws {
    let bytes = try sample.message.encoded()
    for count in 0..<bytes.count {
      let error = #expect(throws: WireError.self) { _ = try sample.message.decodingSibling(Array(bytes.prefix(count))) }
      #expect(error?.code == .malformed)
    }
  }

  @Test("Every flipped bit is read or refused", arguments: samples) func everyFlippedBitIsReadOrRefused(_ sample: Sample) throws {
    let bytes = try sample.message.encoded()
    for bit in 0..<8 * bytes.count {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      // What still reads must be a message that could have been sent.
      guard let message = try? sample.message.decodingSibling(damaged) else { continue }
      if case .worker(.hello(let hello)) = message, hello.protocolVersion != protocolVersion { continue }
      #expect(try sample.message.decodingSibling(message.encoded()) == message)
    }
  }

  @Test("Noise never traps") func noiseNeverTraps() {
    var generator = SeededRandom(state: 20_250_521)
    var readable = 0
    for _ in 0..<50_000 {
      var bytes = (0..<Int.random(in: 0...48, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      // Half of the noise begins like a message, to reach the fields.
      if Bool.random(using: &generator) {
        bytes = [0x90 | UInt8.random(in: 1...9, using: &generator), kinds.randomElement(using: &generator) ?? 1] + bytes
      }
      if (try? WorkerMessage(decoding: bytes)) != nil { readable += 1 }
      if (try? LearnerMessage(decoding: bytes)) != nil { readable += 1 }
    }
    #expect(readable < 50_000)
  }

  private let kinds: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 65, 66, 67, 68, 69, 70, 71, 72, 73]

  @Test("Unknown trailing fields are passed over") func unknownTrailingFieldsArePassedOver() throws {
    let extra: [UInt8] = [0x82, 0xa1, 0x61, 0x93, 0x01, 0xc0, 0xcb, 0, 0, 0, 0, 0, 0, 0, 0, 0xa1, 0x62, 0xc7, 0x02, 0x05, 0xaa, 0xbb]
    let goodbye: [UInt8] = [0x92, 0x06] + extra
    #expect(try WorkerMessage(decoding: goodbye) == .goodbye)
    let reply: [UInt8] = [0x93, 68, 0x05] + extra
    #expect(try LearnerMessage(decoding: reply) == .heartbeatReply(incarnation: 5))
  }

  @Test("Hello of another version still names it") func helloOfAnotherVersionStillNamesIt() throws {
    let hello: [UInt8] = [0x94, 0x01, 0x08, 0x91, 0xc0, 0xa1, 0x61]
    guard case .hello(let read) = try WorkerMessage(decoding: hello) else {
      Issue.record("not a hello")
      return
    }
    #expect(read.protocolVersion == 8)
    #expect(read.worker.isEmpty)
  }

  @Test("Refusal with a later code reads as other") func refusalWithALaterCodeReadsAsOther() throws {
    let bytes: [UInt8] = [0x93, 70, 0x63, 0xa1, 0x78]
    #expect(try LearnerMessage(decoding: bytes) == .refuse(Refusal(code: .other, reason: "x")))
  }
}

@Suite struct HostileWelcomeTests {
  /// A welcome to adapters, whose base weights' digest is its last field but two: 2 + 32 bytes, no files, and the time.
  private func welcome(_ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
    var bytes = try LearnerMessage.welcome(sampleWelcomeToAdapters).encoded()
    change(&bytes)
    return bytes
  }

  private func fault(_ bytes: [UInt8]) -> String {
    let error = #expect(throws: WireError.self) { _ = try LearnerMessage(decoding: bytes) }
    return error?.message ?? ""
  }

  @Test func `Base weights need a manifest within the limits and a whole digest`() throws {
    let whole = try welcome { _ in }
    let digest = try #require((0..<whole.count - 34).first { whole[$0] == 0xc4 && whole[$0 + 1] == 32 })
    // The manifest ends before it: 0xcd and 16 bits each for 4,160 bytes in chunks of 4,096.
    let faults: [(says: String, change: (inout [UInt8]) -> Void)] = [
      ("sha256: 31 bytes, expected 32", { $0[digest + 1] = 31 }),
      ("sha256: a string", { $0[digest] = 0xd9 }),
      ("at most 32", { $0[digest + 1] = 33 }),
      ("totalBytes", { $0.replaceSubrange(digest - 6..<digest - 3, with: [0xcf] + [UInt8](repeating: 0xff, count: 8)) }),
      ("chunkBytes", { $0.replaceSubrange(digest - 3..<digest, with: [0]) }),
      ("chunkBytes", { $0.replaceSubrange(digest - 3..<digest, with: [0xce, 0x7f, 0xff, 0xff, 0xff]) }),
    ]
    for (says, change) in faults {
      let said = fault(try welcome(change))
      #expect(said.contains(says), "said: \(said)")
    }
  }
}

@Suite struct SendingTests {
  private func group(_ change: (inout ScoredGroup) -> Void) -> WorkerMessage {
    var group = sampleGroup
    change(&group)
    return .result(WorkResult(lease: 1, seal: sampleSeal, item: WorkItem(step: 0, slot: 0), policyVersion: 0, group: group, seconds: 0))
  }

  @Test("What no reader takes is not sent") func whatNoReaderTakesIsNotSent() {
    let unsendable: [WorkerMessage] = [
      group { $0.semanticEntropy = .nan },
      group { $0.responses[0].reward = .infinity },
      group { $0.responses[0].tokenLogProbabilities[1] = .nan },
      group { $0.responses[0].tokenLogProbabilities.removeLast() },
      group { $0.responses[0].tokens[0] = -1 },
      group { $0.responses[1].cluster = 2 },
      group { $0.responses[1].cluster = -1 },
      .hello(Hello(worker: String(repeating: "x", count: 65), software: "", fingerprint: "", credits: 0)),
      .decline(leases: [UInt64](repeating: 0, count: Limits.leases + 1)),
      group { $0.responses[0].answer = String(repeating: "x", count: Limits.textBytes + 1) },
      .result(
        WorkResult(
          lease: 1, seal: LeaseSeal(incarnation: 1, code: [1]), item: WorkItem(step: 0, slot: 0), policyVersion: 0, group: sampleGroup,
          seconds: 0)),
    ]
    for message in unsendable {
      let error = #expect(throws: WireError.self) { _ = try message.encoded() }
      #expect(error?.code == .limit)
    }
  }

  private func task(_ kind: WorkKind, given: [[Int32]]) -> Task {
    Task(
      lease: 0, seal: sampleSeal, item: WorkItem(kind, step: 0, slot: 0), policyVersion: 0, seed: 0, groupSize: 2, given: given,
      questionID: "", question: "", promptTokens: [], deadlineMilliseconds: 0)
  }

  @Test("Manifests and files that lead astray are not sent") func manifestsAndFilesThatLeadAstrayAreNotSent() {
    func welcome(_ change: (inout Welcome) -> Void) -> LearnerMessage {
      var welcome = sampleWelcome
      change(&welcome)
      return .welcome(welcome)
    }
    let unsendable: [LearnerMessage] = [
      welcome { $0.files[0].name = "../config.yaml" },
      welcome { $0.files[0].name = ".." },
      welcome { $0.files[0].name = "" },
      welcome { $0.manifest.totalBytes = 0 },
      welcome { $0.manifest.totalBytes = .max },
      welcome { $0.manifest.chunkBytes = 0 },
      welcome { $0.manifest.chunkBytes = .max },
      welcome { $0.manifest.parameters[1].offset = 8193 },
      welcome { $0.manifest.parameters[1].offset = .max },
      welcome { $0.manifest.parameters[0].shape = [.max, .max, .max] },
      welcome { $0.baseWeights = BaseDescription(manifest: $0.manifest, sha256: "") },
      welcome { $0.baseWeights = BaseDescription(manifest: $0.manifest, sha256: String(repeating: "a", count: 62)) },
      welcome { $0.baseWeights = BaseDescription(manifest: $0.manifest, sha256: String(repeating: "A", count: 64)) },
      welcome { $0.baseWeights = BaseDescription(manifest: $0.manifest, sha256: "../" + String(repeating: "a", count: 61)) },
      welcome {
        $0.baseWeights = BaseDescription(manifest: $0.manifest, sha256: String(repeating: "a", count: 64))
        $0.baseWeights?.manifest.totalBytes = Limits.weightBytes + 4
      },
      .tasks([
        Task(
          lease: 0, seal: sampleSeal, item: WorkItem(step: 0, slot: 0), policyVersion: 0, seed: 0, groupSize: 0, questionID: "",
          question: "", promptTokens: [],
          deadlineMilliseconds: 0)
      ]),
      // A check follows as many responses as the group has, and nothing else follows any.
      .tasks([task(.sampleCheck, given: [[1]])]), .tasks([task(.sample, given: [[1], [2]])]),
      .tasks([task(.evaluationCheck, given: [[1], [-1]])]),
    ]
    for message in unsendable {
      let error = #expect(throws: WireError.self) { _ = try message.encoded() }
      #expect(error?.code == .limit)
    }
  }
}
