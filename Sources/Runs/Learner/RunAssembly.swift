package import Cluster
import Demonstration
import Digests
import EMPO
import Files
import Foundation
import HuggingFace
package import Questions
import Release
import Rollouts
package import Tensors
import Tokenizers
package import Training
package import Transformer
import Wire

/// What a run's configuration stands for, read and checked: everything but the weights.
package struct RunAssembly: Sendable {
  package let configuration: RunConfiguration
  package let base: BaseModel
  /// How the policy is stored.
  package let weightType: WeightType
  /// How its products are computed.
  package let arithmetic: Arithmetic
  /// How a question becomes what the model reads.
  package let renderer: PromptRenderer
  package let tasks: QuestionTasks
  /// How many questions there are.
  package let questionCount: Int
  /// The first question, as an example.
  package let firstQuestion: Question
  /// Where questions came from and how their files were read, a line each; none of what is embedded.
  package let readings: [String]
  /// What was left out of the questions and the held-out ones, a line each.
  package let omissions: [String]
  /// The questions to measure on; empty where nothing is held out.
  package let heldOut: [Question]
  /// Tokens of the longest prompt, held-out ones included, together with the longest response.
  package let bounds: RolloutBounds
  /// Which model the judge asks; nil for a judge that needs none.
  package let judgeIdentity: JudgeIdentity?
  /// What adapters leave alone.
  let frozenBase = FrozenBase()
  package init(_ configuration: RunConfiguration) throws {
    self.configuration = configuration
    base = try BaseModel(configuration.model)
    weightType = try base.weightType(configuration.weightStorage)
    arithmetic = try configuration.arithmetic.resolved(storing: weightType)
    try configuration.checkAdapters(of: base)
    let room = base.configuration.maximumPositions - configuration.sampling.maximumNewTokens
    guard room >= 1 else {
      throw RunsError(
        .model,
        "sampling.max_new_tokens is \(configuration.sampling.maximumNewTokens), but \(base.folder) has \(base.configuration.maximumPositions) "
          + "positions for prompt and response: shorten the responses (--max-tokens)")
    }
    judgeIdentity = try configuration.judge.folder.map(JudgeIdentity.init)
    try Self.check(configuration.judge)
    let questions = try Self.questions(configuration)
    try configuration.check(questions)
    let renderer = try PromptRenderer(configuration, base: base)
    self.renderer = renderer
    let asked = try PromptedQuestions(questions, room: room, encode: renderer.tokens)
    questionCount = asked.questions.count
    firstQuestion = asked.questions[0].question
    let measured = try Self.heldOut(configuration)
    let askedToMeasure = try measured.map { try PromptedQuestions($0, name: "held-out questions", room: room, encode: renderer.tokens) }
    heldOut = askedToMeasure?.questions.map(\.question) ?? []
    tasks = QuestionTasks(
      asked.questions, heldOut: askedToMeasure?.questions ?? [], seed: configuration.seed,
      carriesAnswers: configuration.scoring.reward == .accuracy)
    bounds = RolloutBounds(
      maximumLength: max(asked.longest, askedToMeasure?.longest ?? 0) + configuration.sampling.maximumNewTokens)
    omissions = [asked.notice, askedToMeasure?.notice].compactMap(\.self)
    readings = [questions, measured].compactMap { set in
      guard let set, !set.reading.isEmpty else { return nil }
      return "\(set.source): \(counted(set.questions.count, "question")) (\(set.reading))"
    }
  }

  /// Everything that decides the run's outcome: configuration, questions, base model and the judge's model. Reads all of the weights. A ledger
  /// or a checkpoint that was made under another digest is refused.
  package func outcome() throws -> RunOutcome {
    let weights = try base.weightFiles().map { path in
      RunOutcome.File(name: URL(fileURLWithPath: path).lastPathComponent, sha256: try SHA256.hexadecimalDigest(ofFile: path))
    }
    let model = try base.checkpointFiles(lora).map { RunOutcome.File(name: $0.name, sha256: SHA256.hexadecimalDigest(of: $0.bytes)) }
    // Their accuracy may end the run.
    let heldOut = configuration.guardAction == .stop ? told(configuration.heldOut, self.heldOut.count, tasks.heldOutDigest) : nil
    let template = renderer.templateFile.map { SHA256.hexadecimalDigest(of: $0) }
    let texts =
      [configuration.outcomeDigest, arithmetic.rawValue, tasks.digest] + (heldOut.map { [$0.sha256] } ?? []) + weights.map(\.sha256)
      + model.map { "\($0.name):\($0.sha256)" } + [judgeIdentity?.sha256, template].compactMap(\.self)
    var digest = SHA256()
    for text in texts { digest.update([UInt8](text.utf8)) }
    return RunOutcome(
      digest: digest.hexadecimalDigest(), configuration: configuration.outcomeValues, arithmetic: arithmetic.rawValue,
      questions: told(configuration.questions, questionCount, tasks.digest), heldOut: heldOut, weights: weights, model: model,
      judge: judgeIdentity?.sha256, template: template)
  }

  private func told(_ source: DataSource, _ count: Int, _ digest: String) -> RunOutcome.Questions {
    let name = if case .path(let path) = source { path } else { "the package" }
    return RunOutcome.Questions(source: name, count: count, sha256: digest)
  }

  /// Throws unless the configuration of the judge's model is one of its kind: workers would find out one after the other.
  private static func check(_ judge: JudgeKind) throws {
    switch judge {
    case .exact, .math, .choice, .text: break
    case .embedding(let folder): _ = try BertConfiguration(folder: try SentenceConfiguration(folder: folder).encoderFolder)
    case .nli(let folder): _ = try EntailmentConfiguration(folder: folder)
    case .verifier(let folder): _ = try ModelConfiguration(folder: folder)
    }
  }

  private static func questions(_ configuration: RunConfiguration) throws -> QuestionSet {
    let readsAnswers = configuration.scoring.reward == .accuracy
    switch configuration.questions {
    case .path(let path):
      return try QuestionSet(
        contentsOf: path, keys: configuration.questionKeys,
        labels: configuration.labels(readsAnswers ? .everyQuestion("reward accuracy") : .nobody))
    case .embedded, .none:
      return try QuestionSet(source: "the embedded questions", questions: EmbeddedModel.questions(answered: readsAnswers))
    }
  }

  private static func heldOut(_ configuration: RunConfiguration) throws -> QuestionSet? {
    switch configuration.heldOut {
    case .none: return nil
    case .embedded: return try QuestionSet(source: "the embedded questions", questions: EmbeddedModel.heldOut())
    case .path(let path):
      return try QuestionSet(
        contentsOf: path, keys: configuration.questionKeys, labels: configuration.labels(.everyQuestion("held_out")))
    }
  }
}

extension RunAssembly {
  /// Positions that the model needs.
  package var positions: Int { bounds.maximumLength }

  /// The learner's plan.
  ///
  /// - Parameters:
  ///   - fingerprint: The learner's arithmetic.
  ///   - ownWorkers: The names of the keys of the run's own workers; nil where workers have no keys.
  package func plan(fingerprint: String, ownWorkers: Set<String>? = nil) -> LearnerPlan {
    // A worker may have been given more memory on its own host.
    let sequences = (try? workerSequences()) ?? 1
    return LearnerPlan(
      steps: UInt32(configuration.steps), questionsPerStep: UInt32(configuration.questionsPerStep),
      groupSize: UInt32(configuration.groupSize), lag: UInt32(configuration.lag), skipUnanimous: UInt32(configuration.skipUnanimous),
      maximumResponseTokens: UInt32(configuration.sampling.maximumNewTokens), vocabularySize: UInt32(base.configuration.vocabularySize),
      endTokens: Set(base.configuration.endTokens), checkpointEvery: UInt32(configuration.checkpointEvery),
      evaluateEvery: evaluateEvery, evaluatesBefore: configuration.evaluatesBefore,
      heldOut: UInt32(heldOut.count), evaluationSamples: UInt32(HeldOutMeasure.samples), hasBaseWeights: lora != nil,
      heartbeat: Milliseconds(configuration.heartbeatSeconds * 1000), lease: Milliseconds(configuration.leaseSeconds * 1000),
      tasksInHand: 2 * max(1, (sequences + configuration.groupSize - 1) / configuration.groupSize),
      stragglerFactor: configuration.stragglerFactor, hangFactor: configuration.hangFactor,
      audit: AuditPlan(share: configuration.audit, action: configuration.auditAction), gradients: gradientPlan, hasKeys: ownWorkers != nil,
      ownWorkers: ownWorkers ?? [], quarantine: Milliseconds(configuration.quarantineSeconds * 1000), fingerprint: fingerprint,
      requiresSameBits: configuration.requireSameBits, software: Release.name)
  }

  /// Every how many versions the policy is measured. Without measurements in between, the first and the last version are; 0 for never.
  private var evaluateEvery: UInt32 {
    heldOut.isEmpty ? 0 : UInt32(configuration.evaluateEvery > 0 ? configuration.evaluateEvery : configuration.steps)
  }

  /// What keeps the run's best version.
  package func best(in folder: RunFolder, ledger: Ledger) -> BestCheckpoint {
    BestCheckpoint(folder: folder, ledger: ledger) { [evaluateEvery] in evaluateEvery > 0 && $0.isMultiple(of: evaluateEvery) }
  }

  /// The longest message that a worker of the run sends, in bytes.
  package var longestWorkerMessage: Int {
    let tokens = configuration.sampling.maximumNewTokens
    // An answer is a part of a response's text, in which up to three bytes stand for a byte that is no UTF-8.
    let answerBytes = 3 * tokens * base.tokenizer.longestToken
    // An evaluation's result has more responses than a small group.
    let responses = max(configuration.groupSize, heldOut.isEmpty ? 0 : 1 + HeldOutMeasure.samples)
    let longest = WorkerMessageSize.longest(responses: responses, tokens: tokens, answerBytes: answerBytes)
    guard gradientPlan != nil else { return longest }
    return max(longest, WorkerMessageSize.gradient(responses: configuration.questionsPerStep * configuration.groupSize))
  }

  /// The trainer's settings.
  package var trainerOptions: PolicyTrainer.Options {
    PolicyTrainer.Options(
      objective: configuration.objective, scoring: configuration.scoring, optimizer: configuration.optimizer,
      minibatches: configuration.minibatches, parts: configuration.gradientPartCount, microBatchTokens: configuration.microBatchTokens,
      recomputation: configuration.recomputation, arithmetic: arithmetic, steps: configuration.steps)
  }
}
