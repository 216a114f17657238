import EMPO
import Evaluation
import Foundation
import HuggingFace
import Rollouts
import Training
import Wire

/// What a run's configuration stands for, read and checked: everything but the weights.
struct RunAssembly: Sendable {
  let configuration: RunConfiguration
  let base: BaseModel
  let tasks: QuestionTasks
  /// Where the questions came from, and how many there are.
  let questionCount: Int
  /// The questions to measure on; empty where nothing is held out.
  let heldOut: [Question]
  /// Tokens of the longest prompt together with the longest response.
  let bounds: RolloutBounds
  /// Positions that the learner's model needs, held-out prompts included.
  let positions: Int

  init(_ configuration: RunConfiguration) throws {
    self.configuration = configuration
    base = try BaseModel(configuration.model)
    let room = base.configuration.maximumPositions - configuration.sampling.maximumNewTokens
    guard room >= 1 else {
      throw CommandLineError(
        .input,
        "sampling.max_new_tokens is \(configuration.sampling.maximumNewTokens), but \(base.folder) has \(base.configuration.maximumPositions) "
          + "positions for prompt and response: shorten the responses")
    }
    let questions = try Self.questions(configuration)
    try configuration.check(questions)
    questionCount = questions.questions.count
    var longest = 0
    let encode = Self.encoder(configuration, base.tokenizer)
    tasks = try QuestionTasks(
      questions, seed: configuration.seed, questionsPerStep: configuration.questionsPerStep,
      carriesAnswers: configuration.reward == .accuracy, maximumPromptTokens: room
    ) { question in
      let tokens = encode(question)
      longest = max(longest, tokens.count)
      return tokens
    }
    bounds = RolloutBounds(maximumLength: longest + configuration.sampling.maximumNewTokens)
    heldOut = try Self.heldOut(configuration)
    for question in heldOut {
      let count = encode(question.text).count
      guard (1...room).contains(count) else {
        throw CommandLineError(
          .input,
          "held-out question \(question.id) takes \(count) tokens with its prompt, expected 1 to \(room): shorten it or leave it out")
      }
      longest = max(longest, count)
    }
    positions = longest + configuration.sampling.maximumNewTokens
  }

  /// The prompt of a question, as the model reads it.
  func encode(_ question: String) -> [Int32] {
    Self.encoder(configuration, base.tokenizer)(question)
  }

  /// A digest of everything that decides the run's outcome: configuration, questions and base model. A ledger or a checkpoint that
  /// was made under another one is refused.
  func outcomeDigest() throws -> String {
    var digest = SHA256()
    digest.update([UInt8](configuration.outcomeDigest.utf8))
    digest.update([UInt8](tasks.digest.utf8))
    digest.update([UInt8](try SHA256.hexadecimalDigest(ofFile: base.weights).utf8))
    return digest.hexadecimalDigest()
  }

  private static func encoder(_ configuration: RunConfiguration, _ tokenizer: Tokenizer) -> (String) -> [Int32] {
    { tokenizer.encode(configuration.prompt(for: $0)) }
  }

  private static func questions(_ configuration: RunConfiguration) throws -> QuestionSet {
    switch configuration.questions {
    case .path(let path):
      return try QuestionSet(contentsOf: path, questionKey: configuration.questionKey, answerKey: configuration.answerKey)
    case .embedded, .none:
      return try QuestionSet(source: "the embedded questions", questions: EmbeddedModel.questions())
    }
  }

  private static func heldOut(_ configuration: RunConfiguration) throws -> [Question] {
    switch configuration.heldOut {
    case .none: return []
    case .embedded: return EmbeddedModel.heldOut()
    case .path(let path):
      let questions = try QuestionSet(contentsOf: path, questionKey: configuration.questionKey, answerKey: configuration.answerKey)
      try questions.requireAnswers(for: "held_out")
      return questions.questions
    }
  }
}

extension RunAssembly {
  /// The learner's plan.
  func plan(fingerprint: String) -> LearnerPlan {
    // Without measurements in between, the first and the last version are measured.
    let evaluateEvery = configuration.evaluateEvery > 0 ? configuration.evaluateEvery : configuration.steps
    return LearnerPlan(
      steps: UInt32(configuration.steps), questionsPerStep: UInt32(configuration.questionsPerStep),
      groupSize: UInt32(configuration.groupSize), lag: UInt32(configuration.lag),
      maximumResponseTokens: UInt32(configuration.sampling.maximumNewTokens), vocabularySize: UInt32(base.configuration.vocabularySize),
      checkpointEvery: UInt32(configuration.checkpointEvery), evaluateEvery: heldOut.isEmpty ? 0 : UInt32(evaluateEvery),
      heartbeat: Milliseconds(configuration.heartbeatSeconds * 1000), lease: Milliseconds(configuration.leaseSeconds * 1000),
      fingerprint: fingerprint)
  }

  /// The trainer's settings.
  var trainerOptions: PolicyTrainer.Options {
    let optimizer = configuration.optimizer
    return PolicyTrainer.Options(
      objective: configuration.objective,
      optimizer: OptimizerOptions(
        learningRate: optimizer.learningRate, schedule: optimizer.schedule, warmupSteps: optimizer.warmupSteps, beta1: optimizer.beta1,
        beta2: optimizer.beta2, epsilon: optimizer.epsilon, weightDecay: optimizer.weightDecay, clipNorm: optimizer.clipNorm),
      minibatches: configuration.minibatches, microBatchTokens: configuration.microBatchTokens, steps: configuration.steps)
  }
}

extension RunConfiguration {
  /// The configuration that a run began with.
  init(contentsOf folder: RunFolder) throws {
    guard let text = try? String(contentsOfFile: folder.configuration, encoding: .utf8) else {
      throw CommandLineError(.runFolder, "cannot read \(folder.configuration): expected the configuration that the run began with")
    }
    try self.init(yaml: text, name: folder.configuration)
  }
}
