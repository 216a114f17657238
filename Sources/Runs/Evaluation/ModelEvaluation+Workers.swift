package import Cluster
import EMPO
package import Evaluation
import Foundation
import HuggingFace
import Questions
import Release
import Rollouts
import Tensors
import Tokenizers
import Transformer
package import Wire

// A measurement whose responses come from workers: a run without a step, whose only version is measured.
extension ModelEvaluation {
  /// The tokens of the longest prompt with its longest response.
  var longest: Int { requests.map { $0.promptTokens.count + $0.maximumNewTokens }.max() ?? 2 }

  /// The shape that the model's weights have on workers; nil for all weights, and no adapters.
  private var lora: LoRAConfiguration? { model.model.source.adapters?.configuration.lora }

  /// The learner's plan for the questions from a place on.
  package func plan(from place: Int, fingerprint: String, hasKeys: Bool) -> LearnerPlan {
    var plan = LearnerPlan(
      steps: 0, questionsPerStep: 1, groupSize: 1, maximumResponseTokens: UInt32(requests.map(\.maximumNewTokens).max() ?? 1),
      vocabularySize: UInt32(model.model.configuration.vocabularySize), endTokens: Set(model.model.configuration.endTokens),
      checkpointEvery: 1, evaluateEvery: 1, heldOut: UInt32(requests.count), evaluationSamples: UInt32(header.samples),
      hasBaseWeights: lora != nil, hasKeys: hasKeys, fingerprint: fingerprint, software: Release.name)
    plan.heldOutAnswered = UInt32(place)
    return plan
  }

  /// What workers are told: how responses are sampled, and what reads them.
  ///
  /// Throws where benchmarks have different limits: a worker knows one.
  package func description() throws -> RunDescription {
    guard let first = benchmarks.first, Set(requests.map(\.maximumNewTokens)).count <= 1 else {
      throw RunsError(
        .configuration, "the benchmarks have different limits, and workers take one: expected --max-tokens, or one benchmark at a time")
    }
    var configuration = first.configuration
    let base = model.model
    configuration.train = lora == nil ? .full : .lora
    if let lora { configuration.lora = RunConfiguration.LoRA(lora) }
    configuration.weightStorage = try base.weightType(.automatic) == .bfloat16 ? .bfloat16 : .float32
    configuration.arithmetic = ArithmeticChoice(arithmetic)
    // Responses are judged here.
    configuration.judge = .exact
    configuration.gradients = .learner
    return RunDescription(
      name: "evaluation", seed: header.seed,
      files: [
        NamedBytes(name: "config.yaml", bytes: [UInt8](configuration.yaml().utf8)),
        NamedBytes(name: "config.json", bytes: [UInt8](base.configuration.encoded())),
        try RolloutBounds(maximumLength: longest).file(), Welcome.softwareFile(Release.name),
      ] + (try base.tokenizerFiles()))
  }

  /// The longest message of a worker, in bytes.
  package var longestWorkerMessage: Int {
    WorkerMessageSize.longest(
      responses: 1 + header.samples, tokens: requests.map(\.maximumNewTokens).max() ?? 1, answerBytes: 0)
  }

  /// The questions as tasks.
  package var tasks: any TaskSource { EvaluationTasks(requests: requests, ids: questions.map(\.question.id)) }

  /// The weights that workers need beside a version; nil where the version holds all.
  package func baseWeights() throws -> ModelFolderWeights? {
    lora == nil ? nil : try ModelFolderWeights(folder: model.model.folder)
  }

  /// What stands for the trainer: the policy that is measured.
  package func trainer() throws -> any StepTrainer {
    let base = model.model
    let type = try base.weightType(.automatic)
    guard let lora, let adapters = try base.adapters() else {
      return StandingPolicy(Policy(try base.parameters(), type: type, lanes: Lanes(count: 1)))
    }
    return StandingPolicy(Policy(adapters: adapters, lora, of: try base.weights(storing: type)))
  }

  /// A worker's responses as they are judged.
  package func answered(_ result: WorkResult) -> AnsweredPlace {
    let tokenizer = model.model.tokenizer
    return AnsweredPlace(
      place: Int(result.item.slot),
      responses: result.group.responses.map {
        ModelResponse(
          text: tokenizer.decode($0.tokens, skippingSpecialTokens: true), tokenCount: $0.tokens.count, isTruncated: $0.isTruncated)
      })
  }
}

/// Questions that are asked once each, in their order.
private struct EvaluationTasks: TaskSource {
  let requests: [EvaluationRequest]
  let ids: [String]

  var order: QuestionOrder { QuestionOrder(count: max(1, requests.count)) { _, _ in 0 } }

  /// No step asks anything.
  func content(of question: Int) -> TaskContent { heldOutContent(of: question) }

  func heldOutContent(of place: Int) -> TaskContent {
    TaskContent(questionID: ids[place], question: "", promptTokens: requests[place].promptTokens)
  }
}
