import Digests
import EMPO
import Testing
import Wire

/// Either direction's message, so that one table holds both.
enum AnyMessage: Sendable, Equatable {
  case worker(WorkerMessage)
  case learner(LearnerMessage)

  func encoded() throws -> [UInt8] {
    switch self {
    case .worker(let message): try message.encoded()
    case .learner(let message): try message.encoded()
    }
  }

  /// Reads bytes as a message of the same direction.
  func decodingSibling(_ bytes: [UInt8]) throws -> AnyMessage {
    switch self {
    case .worker: .worker(try WorkerMessage(decoding: bytes))
    case .learner: .learner(try LearnerMessage(decoding: bytes))
    }
  }
}

/// A message with the name of its golden vector.
struct Sample: Sendable, CustomTestStringConvertible {
  var name: String
  var message: AnyMessage

  var testDescription: String { name }
}

/// What proto/golden.json says, in Swift.
let samples: [Sample] = [
  Sample(
    name: "hello",
    message: .worker(.hello(Hello(worker: "host-3.2", software: "empo 0.1", fingerprint: "avx512-9f3c", credits: 4)))),
  Sample(
    name: "heartbeat",
    message: .worker(
      .heartbeat(
        Heartbeat(
          incarnation: .max, leases: [1, 256, 1 << 32], policyVersion: 7, busySeconds: 12.5, waitingSeconds: 0.25,
          sampledTokens: 123_456, isReady: true)))),
  Sample(
    name: "heartbeat-before-weights",
    message: .worker(
      .heartbeat(
        Heartbeat(
          incarnation: 0, leases: [], policyVersion: nil, busySeconds: 0, waitingSeconds: 1.5, sampledTokens: 0, isReady: false)))),
  Sample(
    name: "group",
    message: .worker(
      .result(
        WorkResult(
          lease: 300, seal: sampleSeal, item: WorkItem(step: 9, slot: 31), policyVersion: 8, group: sampleGroup, seconds: 0.375)))),
  Sample(
    name: "gradient",
    message: .worker(
      .result(
        WorkResult(
          lease: 303, seal: sampleSeal, item: WorkItem(.gradient, step: 9, slot: 3), policyVersion: 9, outcome: .gradient(sampleSummary),
          seconds: 8.5)))),
  Sample(
    name: "gradient-chunk",
    message: .worker(
      .gradient(GradientChunk(item: WorkItem(.gradient, step: 9, slot: 3), index: 33, bytes: [0, 0, 128, 63, 0, 0, 0, 191])))),
  Sample(name: "weights-request", message: .worker(.weightsRequest(policyVersion: 8, chunks: [0, 3, 1_048_575]))),
  Sample(name: "weights-request-from-base", message: .worker(.weightsRequest(policyVersion: 8, base: 6, chunks: [0, 1]))),
  Sample(name: "weights-request-all", message: .worker(.weightsRequest(policyVersion: 128, chunks: []))),
  Sample(name: "weights-request-base", message: .worker(.weightsRequest(policyVersion: BaseDescription.version, chunks: [1, 2]))),
  Sample(name: "decline", message: .worker(.decline(leases: [300, 301]))),
  Sample(name: "goodbye", message: .worker(.goodbye)),
  Sample(name: "welcome", message: .learner(.welcome(sampleWelcome))),
  Sample(name: "welcome-base", message: .learner(.welcome(sampleWelcomeToAdapters))),
  Sample(name: "tasks", message: .learner(.tasks(sampleTasks))),
  Sample(name: "tasks-gradient", message: .learner(.tasks([sampleGradientTask]))),
  Sample(name: "tasks-none", message: .learner(.tasks([]))),
  Sample(name: "acknowledge", message: .learner(.acknowledge(WorkItem(step: 9, slot: 31), disposition: .duplicate))),
  Sample(name: "heartbeat-reply", message: .learner(.heartbeatReply(incarnation: 1_700_000_000_000))),
  Sample(name: "weights", message: .learner(.weights(sampleChunk))),
  Sample(name: "weights-delta", message: .learner(.weights(sampleDeltaChunk))),
  Sample(name: "weights-base", message: .learner(.weights(sampleBaseChunk))),
  Sample(
    name: "refuse",
    message: .learner(.refuse(Refusal(code: .unknownWorker, reason: "worker host-3.2 is unknown to this learner: say hello again")))),
  Sample(name: "finish", message: .learner(.finish)),
  Sample(name: "weights-gone", message: .learner(.weightsGone(policyVersion: 7, newest: 9))),
  Sample(name: "gradient-request", message: .learner(.gradientRequest(WorkItem(.gradient, step: 9, slot: 3), chunks: [0, 1, 33]))),
  Sample(name: "gradient-request-none", message: .learner(.gradientRequest(WorkItem(.gradient, step: 9, slot: 3), chunks: []))),
]

let sampleGradientTask = Task(
  lease: 303, seal: sampleSeal, item: WorkItem(.gradient, step: 9, slot: 3), policyVersion: 9, seed: 42, groupSize: 0, questionID: "",
  question: "", promptTokens: [],
  part: GradientPart(
    responseCount: 128, tokenCount: 70_000,
    groups: [
      GradientGroup(
        slot: 31, promptTokens: [1, 70_000, 3],
        responses: [
          GradientResponse(sample: 0, tokens: [72, 101, 151_643], samplingLogProbabilities: [-0.5, -1.25, 0], advantage: 1.5),
          GradientResponse(sample: 15, tokens: [.max], samplingLogProbabilities: [-11.75], advantage: -0.25),
        ])
    ]), deadlineMilliseconds: 60_000)

let sampleSummary: GradientSummary = {
  var statistics = GradientStatistics()
  (statistics.loss, statistics.divergence, statistics.minimumRatio, statistics.maximumRatio) = (-0.125, 0, 0.5, .infinity)
  (statistics.clippedTokens, statistics.processedTokens) = (2, 1120)
  statistics.extremeRatios = [ExtremeRatio(slot: 31, sample: 15, position: 0, ratio: 2.5e6)]
  let digest = (0..<32).map { UInt8(truncatingIfNeeded: 3 + 17 * $0) }
  return GradientSummary(digest: digest, totalBytes: 35_192_832, statistics: statistics)
}()

let sampleSeal = LeaseSeal(incarnation: 1_700_000_000_000, code: (0..<16).map { 16 * $0 + 1 })

let sampleGroup = ScoredGroup(
  responses: [
    ScoredResponse(
      tokens: [72, 101, 151_643], tokenLogProbabilities: [-0.5, -1.25, 0], isTruncated: false, answer: "1/2", cluster: 0, reward: 0.5),
    ScoredResponse(tokens: [.max], tokenLogProbabilities: [-11.75], isTruncated: true, answer: "", cluster: 1, reward: 0),
  ],
  semanticEntropy: 0.693_147_180_559_945_3, isKept: true)

let sampleWelcome = Welcome(
  incarnation: 1_700_000_000_000, lineage: 3, run: "first-light", heartbeatMilliseconds: 1000, leaseMilliseconds: 60_000,
  publisher: "tcp://*:5556", policyVersion: 0,
  manifest: WeightManifest(
    parameters: [
      .init(name: "model.embed_tokens.weight", shape: [64, 32], offset: 0), .init(name: "model.norm.weight", shape: [32], offset: 8192),
    ],
    totalBytes: 8320, chunkBytes: 4096),
  files: [NamedBytes(name: "config.yaml", bytes: Array("seed: 0\n".utf8)), NamedBytes(name: "tokenizer.json", bytes: [])],
  timeOfDay: 1_795_000_000_123)

let sampleWelcomeToAdapters = Welcome(
  incarnation: 2, run: "adapters", heartbeatMilliseconds: 1000, leaseMilliseconds: 60_000, publisher: "tcp://*:5556", policyVersion: 5,
  manifest: WeightManifest(parameters: [.init(name: "q_proj.lora_A.weight", shape: [2, 32], offset: 0)], totalBytes: 256),
  baseWeights: BaseDescription(
    manifest: WeightManifest(
      elementType: .bfloat16,
      parameters: [
        .init(name: "model.embed_tokens.weight", shape: [64, 32], offset: 0), .init(name: "model.norm.weight", shape: [32], offset: 4096),
      ],
      totalBytes: 4160, chunkBytes: 4096),
    sha256: "031425364758697a8b9cadbecfe0f102132435465768798a9bacbdcedff00112"),
  files: [], timeOfDay: 1_795_000_000_123)

let sampleTasks = [
  Task(
    lease: 300, seal: sampleSeal, item: WorkItem(step: 9, slot: 31), policyVersion: 8, seed: 42, groupSize: 16, questionID: "q-17",
    question: "What is 1/4 + 1/4?",
    promptTokens: [1, 70_000, 3], deadlineMilliseconds: 60_000),
  Task(
    lease: 301, seal: sampleSeal, item: WorkItem(.sampleCheck, step: 10, slot: 0), policyVersion: 9, seed: 1 << 63, groupSize: 2,
    given: [[72, 101, 151_643], [.max]], questionID: "", question: "Was ist ½ · 2 — genau?",
    promptTokens: [], answers: ["1", "1,0"], deadlineMilliseconds: 1),
  Task(
    lease: 302, seal: sampleSeal, item: WorkItem(.evaluation, step: 9, slot: 70_000), policyVersion: 9, seed: 42, groupSize: 17,
    questionID: "h-1", question: "?", promptTokens: [5], deadlineMilliseconds: 60_000),
]

let sampleChunk = WeightChunk(
  policyVersion: 8, index: 2, count: 3, totalBytes: 24, digest: xxh3([0, 0, 128, 63, 0, 0, 0, 191]),
  bytes: WeightBytes([0, 0, 128, 63, 0, 0, 0, 191]))

let sampleDeltaChunk = WeightChunk(
  policyVersion: 7, base: 6, index: 0, count: 1, totalBytes: 5, digest: xxh3([1, 4, 0, 115, 0]), bytes: WeightBytes([1, 4, 0, 115, 0]))

let sampleBaseChunk = WeightChunk(
  policyVersion: BaseDescription.version, index: 1, count: 2, totalBytes: 4160, digest: xxh3([128, 63, 0, 191]),
  bytes: WeightBytes([128, 63, 0, 191]))
