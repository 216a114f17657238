/// A message from the learner to a worker.
public enum LearnerMessage: Sendable, Equatable {
  /// Takes a worker in, with the whole configuration of the run.
  case welcome(Welcome)
  /// Leases tasks.
  case tasks([Task])
  /// Reports the disposition of a result; the worker may forget the result.
  case acknowledge(WorkItem, disposition: Disposition)
  /// Asks for chunks of a gradient whose summary came; the worker keeps it until the acknowledgement.
  case gradientRequest(WorkItem, chunks: [UInt32])
  /// Answers a heartbeat.
  case heartbeatReply(incarnation: UInt64)
  /// A chunk that the worker asked for.
  case weights(WeightChunk)
  /// Refuses a worker, or its last message.
  case refuse(Refusal)
  /// The run is over.
  case finish
  /// The requested policy version is no longer retained, or is not made yet; version `newest` is there.
  case weightsGone(policyVersion: UInt32, newest: UInt32)
}

/// The disposition of a result.
public enum Disposition: UInt8, Sendable, CaseIterable {
  /// It counts; a sampled group is in the ledger, a gradient is in the sum.
  case accepted = 0
  /// The work was done already.
  case duplicate = 1
  /// Nobody waits for it any more, it was sampled from another policy version, it contradicts its task, or it belongs to no lease.
  case stale = 2
}

/// A file by name.
public struct NamedBytes: Sendable, Equatable {
  /// The file's name, without any folder.
  public var name: String

  /// The file's contents.
  public var bytes: [UInt8]

  /// Creates a named file.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// The facts of a run that a worker needs.
public struct Welcome: Sendable, Equatable {
  /// The incarnation of the learner. Another number means that it was restarted and has forgotten its workers.
  public var incarnation: UInt64

  /// The incarnation from which on the run's past counts: 1, or the first one since the run last went back to an earlier checkpoint. With
  /// another number, policy versions of the same numbers are others.
  public var lineage: UInt64

  /// The run's name.
  public var run: String

  /// How often the worker must send heartbeats.
  public var heartbeatMilliseconds: UInt32

  /// How long a lease holds after its last heartbeat.
  public var leaseMilliseconds: UInt32

  /// Where weights are published; a host of `*` stands for the host at which the worker reached the learner.
  public var publisher: String

  /// The newest policy version.
  public var policyVersion: UInt32

  /// How the bytes of a policy version divide into tensors and chunks.
  public var manifest: WeightManifest

  /// The weights below those of the policy's versions, which then hold adapters alone; nil where every version holds all weights.
  public var baseWeights: BaseDescription?

  /// The run's files: configuration, model configuration, tokenizer.
  public var files: [NamedBytes]

  /// The wall clock of the learner or relay that answered, in milliseconds since 1970 in UTC. It helps people to compare logs; nothing in a
  /// run depends on it.
  public var timeOfDay: UInt64

  /// Creates a welcome.
  public init(
    incarnation: UInt64, lineage: UInt64 = 1, run: String, heartbeatMilliseconds: UInt32, leaseMilliseconds: UInt32, publisher: String,
    policyVersion: UInt32, manifest: WeightManifest, baseWeights: BaseDescription? = nil, files: [NamedBytes], timeOfDay: UInt64
  ) {
    self.incarnation = incarnation
    self.lineage = lineage
    self.run = run
    self.heartbeatMilliseconds = heartbeatMilliseconds
    self.leaseMilliseconds = leaseMilliseconds
    self.publisher = publisher
    self.policyVersion = policyVersion
    self.manifest = manifest
    self.baseWeights = baseWeights
    self.files = files
    self.timeOfDay = timeOfDay
  }
}

/// Why a worker or its message was refused.
public struct Refusal: Sendable, Equatable {
  /// The kind of reason. Codes of a later protocol version read as ``other``.
  public enum Code: UInt8, Sendable, CaseIterable {
    /// A reason that this version does not know; the text says it.
    case other = 0
    /// The worker speaks another version of the protocol: report this, and end.
    case protocolVersion = 1
    /// The learner does not know the worker: say hello again.
    case unknownWorker = 2
    /// The message could not be read: do not send it again.
    case malformed = 3
    /// The learner takes no more workers: try again later.
    case full = 4
    /// The worker's arithmetic differs from the run's.
    case fingerprint = 5
    /// The learner doesn't let the worker in: its key is not listed, or is listed for another worker.
    case unauthorized = 7
  }

  /// The kind of reason.
  public var code: Code

  /// The reason in one line.
  public var reason: String

  /// Creates a refusal.
  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }
}

extension Welcome {
  /// The file by which a learner says which build it is.
  public static func softwareFile(_ software: String) -> NamedBytes {
    NamedBytes(name: softwareFileName, bytes: [UInt8](software.utf8))
  }

  /// Which build the learner is; nil where it does not say, or says what is no short line.
  public var software: String? {
    guard let bytes = files.first(where: { $0.name == Self.softwareFileName })?.bytes else { return nil }
    guard bytes.count <= Limits.nameBytes, bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether both are of one run, so that what was sampled or fetched for one serves the other. The learner may have become another build.
  public func isSameRun(as other: Welcome) -> Bool {
    func shared(_ files: [NamedBytes]) -> [NamedBytes] { files.filter { $0.name != Self.softwareFileName } }
    return run == other.run && lineage == other.lineage && manifest == other.manifest && baseWeights == other.baseWeights
      && shared(files) == shared(other.files)
  }

  private static let softwareFileName = "software.txt"
}
