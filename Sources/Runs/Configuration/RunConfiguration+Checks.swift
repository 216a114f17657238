public import EMPO
public import HuggingFace
public import Questions
internal import Rollouts
internal import Training
import Wire

extension RunConfiguration {
  /// Throws unless every value is in its range and the values agree with each other.
  public func validate() throws {
    var copy = self
    try require(
      questions != .none,
      "questions: found nothing, expected a file of questions to train the model on (questions: FILE, or --questions FILE), or embedded")
    for key in ConfigurationKey.all {
      let text = key.read(self)
      try require(key.write(&copy, text), "\(key.name): found \(excerpt(text)), expected \(key.expectation)")
    }
    try require(
      optimizer.warmupSteps <= steps, "optimizer.warmup_steps: found \(optimizer.warmupSteps), expected at most steps (\(steps))")
    try require(
      minibatches <= questionsPerStep,
      "minibatches: found \(minibatches), expected at most questions_per_step (\(questionsPerStep)), so that none is empty")
    try require(
      scoring.entropyLow < scoring.entropyHigh,
      "filter.entropy_low: found \(scoring.entropyLow), expected less than filter.entropy_high (\(scoring.entropyHigh))")
    try require(
      groupSize * sampling.maximumNewTokens <= RunConfiguration.maximumGroupTokens,
      "sampling.max_new_tokens: found \(sampling.maximumNewTokens), expected at most \(RunConfiguration.maximumGroupTokens / groupSize) with "
        + "a group_size of \(groupSize), so that a group fits one message")
    try require(
      heartbeatSeconds * 2 <= leaseSeconds,
      "heartbeat_seconds: found \(heartbeatSeconds), expected at most half of lease_seconds (\(leaseSeconds))")
    if let questionKey, let answerKey {
      try require(questionKey != answerKey, "answer_key: found \(excerpt(answerKey)), expected another key than question_key")
    }
    if case .endpoint(let endpoint) = learner.publish {
      try require(learner.publish != learner.listen, "learner.publish: found \(endpoint), expected another address than learner.listen")
    }
  }

  /// Response tokens of a group that fit a worker's message, eight bytes each, with as much room again for the answers.
  static let maximumGroupTokens = Limits.workerMessageBytes / 16

  /// Throws unless the run's questions have what the configuration needs of them.
  public func check(_ questions: QuestionSet) throws {
    if scoring.reward == .accuracy {
      try questions.requireAnswers(for: "reward accuracy")
    }
  }

  /// The settings of the policy's objective.
  public var objective: ObjectiveOptions {
    ObjectiveOptions(
      advantage: advantage, loss: loss, clipLow: clipLow, clipHigh: clipHigh, klWeight: kl, maskTruncated: maskTruncated,
      maximumResponseTokens: sampling.maximumNewTokens)
  }

  /// What the run's guard is told; nil for no guard.
  public var guarding: GuardOptions? {
    guardAction == .off ? nil : GuardOptions(action: guardAction, window: guardWindow, tolerance: guardTolerance, lag: lag)
  }

  /// Parts of an update's gradient.
  public var gradientPartCount: Int { gradientParts > 0 ? gradientParts : train == .lora ? 16 : 1 }

  /// The adapters that are trained; nil where all weights are.
  public var adapters: LoRAConfiguration? {
    train == .lora ? LoRAConfiguration(rank: lora.rank, alpha: lora.alpha, targets: lora.targets) : nil
  }

  /// Where a questions file has its questions and answers.
  public var questionKeys: QuestionKeys { QuestionKeys(question: questionKey, answer: answerKey) }

  /// How labels are read: as the answers of responses are.
  func labels(_ need: LabelReading.Need) -> LabelReading {
    LabelReading(need: need, takesWholeLabel: reading.takesWholeResponse)
  }

  /// What the model is given for a question, or what the user says in a chat.
  public func prompt(for question: String) -> String {
    promptTemplate.replacing("{question}", with: question, maxReplacements: 1)
  }

  private func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    guard condition else { throw RunsError(.configuration, "configuration: " + message()) }
  }
}
