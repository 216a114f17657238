import Cluster
import Digests
import EMPO
import Wire

/// A small run and what moves through it.
enum Fixture {
  static let manifest = WeightManifest(
    parameters: [.init(name: "w", shape: [10], offset: 0)], totalBytes: 40, chunkBytes: 16)

  /// Question q stands at place q of every epoch.
  static let order = QuestionOrder(count: 100) { _, _ in 1 - 0x1p-24 }

  static func plan(
    steps: UInt32 = 4, questionsPerStep: UInt32 = 4, lag: UInt32 = 1, skipUnanimous: UInt32 = 0, checkpointEvery: UInt32 = 100,
    evaluateEvery: UInt32 = 0, heldOut: UInt32 = 0, audit: AuditPlan = .none, hasKeys: Bool = false,
    fingerprint: String? = nil, maximumWorkers: Int = 8
  ) -> LearnerPlan {
    LearnerPlan(
      steps: steps, questionsPerStep: questionsPerStep, groupSize: 2, lag: lag, skipUnanimous: skipUnanimous, maximumResponseTokens: 4,
      vocabularySize: 100, endTokens: [end], checkpointEvery: checkpointEvery, evaluateEvery: evaluateEvery, heldOut: heldOut,
      evaluationSamples: 1, heartbeat: 1_000, lease: 5_000,
      audit: audit, hasKeys: hasKeys, fingerprint: fingerprint, maximumWorkers: maximumWorkers)
  }

  static func worker(_ name: String = "w", giveUpAfter: Milliseconds? = nil) -> WorkerPlan {
    WorkerPlan(name: name, software: "empo test", fingerprint: "f", credits: 100, chunksPerRequest: 2, giveUpAfter: giveUpAfter)
  }

  /// The token that ends a response.
  static let end: Int32 = 99

  static let secrets = LearnerSecrets(leaseKey: Array(repeating: 1, count: 32), auditKey: Array(repeating: 2, count: 32))

  /// A result with the seal of a lease that a learner gave to a worker.
  static func sealed(_ result: WorkResult, for worker: String, incarnation: UInt64 = 1, secrets: LearnerSecrets = secrets) -> WorkResult {
    var sealed = result
    sealed.seal = LeaseSeals(secrets: secrets, incarnation: incarnation)
      .seal(result.item, policyVersion: result.policyVersion, for: Peer(worker))
    return sealed
  }

  /// A group that says where it came from.
  static func group(step: UInt32, slot: UInt32, mark: Int32 = 0) -> ScoredGroup {
    let response = ScoredResponse(
      tokens: [Int32(step % 90), (Int32(slot % 90) + 7 * mark) % 90, end], tokenLogProbabilities: [-1, -0.5, -0.25], isTruncated: false,
      answer: "1",
      cluster: 0, reward: 1)
    return ScoredGroup(responses: [response, response], semanticEntropy: 0, isKept: true)
  }

  static func result(step: UInt32, slot: UInt32, lag: UInt32 = 1, lease: UInt64 = 0) -> WorkResult {
    WorkResult(
      lease: lease, seal: unsealed, item: WorkItem(step: step, slot: slot), policyVersion: step > lag ? step - lag : 0,
      group: group(step: step, slot: slot), seconds: 1)
  }

  /// No seal: a script's learner hears what a worker says with the right one.
  static let unsealed = LeaseSeal(incarnation: 0, code: [])

  /// A worker's responses to a held-out question.
  static func measured(version: UInt32, place: UInt32, responses: Int = 1) -> WorkResult {
    let response = ScoredResponse(
      tokens: [Int32(version), Int32(place), end], tokenLogProbabilities: [-1, -0.5, -0.25], isTruncated: false, answer: "", cluster: 0,
      reward: 0)
    return WorkResult(
      lease: 0, seal: unsealed, item: WorkItem(.evaluation, step: version, slot: place), policyVersion: version,
      group: ScoredGroup(responses: Array(repeating: response, count: responses), semanticEntropy: 0, isKept: false), seconds: 1)
  }

  static func hello(_ name: String, credits: UInt32 = 100, protocolVersion: UInt32 = protocolVersion) -> WorkerMessage {
    .hello(Hello(protocolVersion: protocolVersion, worker: name, software: "empo test", fingerprint: "f", credits: credits))
  }

  static func welcome(
    incarnation: UInt64 = 1, lineage: UInt64 = 1, version: UInt32 = 0, run: String = "run", publisher: String = "inproc",
    files: [NamedBytes] = []
  ) -> LearnerMessage {
    .welcome(
      Welcome(
        incarnation: incarnation, lineage: lineage, run: run, heartbeatMilliseconds: 1_000, leaseMilliseconds: 5_000, publisher: publisher,
        policyVersion: version, manifest: manifest, files: files, timeOfDay: 0))
  }

  static func task(step: UInt32, slot: UInt32, version: UInt32, lease: UInt64) -> Task {
    Task(
      lease: lease, seal: LeaseSeal(incarnation: 1, code: Array(repeating: 3, count: 16)), item: WorkItem(step: step, slot: slot),
      policyVersion: version, seed: 7, groupSize: 2, questionID: "q", question: "?",
      promptTokens: [1], deadlineMilliseconds: 5_000)
  }

  static func weights(_ version: UInt32) -> [UInt8] {
    (0..<40).map { UInt8(truncatingIfNeeded: $0 + 7 * Int(version)) }
  }

  static func chunk(_ index: Int, of bytes: [UInt8], version: UInt32) -> WeightChunk {
    let piece = Array(bytes[manifest.range(ofChunk: index)])
    return WeightChunk(
      policyVersion: version, index: UInt32(index), count: UInt32(manifest.chunkCount), totalBytes: manifest.totalBytes,
      digest: xxh3(piece), bytes: WeightBytes(piece))
  }

  static func chunks(_ version: UInt32) -> [WeightChunk] {
    (0..<manifest.chunkCount).map { chunk($0, of: weights(version), version: version) }
  }
}
