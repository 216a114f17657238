public import Meaning
public import Questions
public import Rollouts

/// Measures a policy on questions with known answers: one greedy response and some samples of each.
///
/// The scores are a function of (weights, questions, options). Every evaluation uses the same random numbers, so two policies
/// differ by their weights only; a run's rollouts never use them, so measuring doesn't change a run.
public struct Evaluator: Sendable {
  /// The step that names the samples' streams: no run gets there.
  static let step = UInt32.max

  private let options: EvaluationOptions
  private let judge: any AnswerJudge
  private let reading: AnswerReading
  private let stopTokens: [Int32]
  private let prompt: @Sendable (_ question: Question) throws -> [Int32]
  private let decode: @Sendable (_ tokens: [Int32]) -> String

  /// An evaluator.
  ///
  /// - Parameters:
  ///   - reading: how a response's answer is read; as in the run, so that the measured answers are the rewarded ones.
  ///   - stopTokens: the tokens that end a response.
  ///   - prompt: turns a question into the tokens that the policy continues.
  ///   - decode: turns a response's tokens into text, special tokens left out.
  public init(
    options: EvaluationOptions, judge: any AnswerJudge, reading: AnswerReading = AnswerReading(), stopTokens: [Int32],
    prompt: @escaping @Sendable (_ question: Question) throws -> [Int32], decode: @escaping @Sendable (_ tokens: [Int32]) -> String
  ) {
    precondition((1...options.samplesPerQuestion).contains(options.majorityCount), "a majority is formed of some of the samples")
    self.options = options
    self.judge = judge
    self.reading = reading
    self.stopTokens = stopTokens
    self.prompt = prompt
    self.decode = decode
  }

  /// Samples and judges questions with the engine's policy: the whole set, or the questions at some places, whose responses are the same as
  /// in the whole set. The engine must be idle.
  ///
  /// Throws an ``EvaluationError`` when there are no questions, when one lacks its answer or has a prompt that doesn't fit, and when the
  /// judge fails.
  public func evaluate(
    _ questions: [Question], at places: [Int]? = nil, with engine: GenerationEngine
  ) throws(EvaluationError) -> EvaluationResult {
    let asked = try ask(questions, at: places ?? Array(questions.indices))
    let greedy = engine.generate(asked.map(greedyRequest))
    let sampled = engine.generate(asked.map(sampleRequest))
    var judged: [JudgedQuestion] = []
    for (index, asked) in asked.enumerated() {
      let answers = SampledQuestion(question: asked.question, greedy: answer(greedy[index][0]), samples: sampled[index].map(answer))
      judged.append(try self.judged(answers))
    }
    return EvaluationResult(of: judged, majorityCount: options.majorityCount)
  }

  /// The share of questions whose greedy answer is right: a quick measurement, without samples. Throws as ``evaluate(_:at:with:)`` does.
  public func greedyAccuracy(on questions: [Question], with engine: GenerationEngine) throws(EvaluationError) -> Double {
    let asked = try ask(questions, at: Array(questions.indices))
    let greedy = engine.generate(asked.map(greedyRequest))
    var right = 0
    for (index, asked) in asked.enumerated() {
      let answers = SampledQuestion(question: asked.question, greedy: answer(greedy[index][0]), samples: [])
      if try judged(answers).isGreedyCorrect { right += 1 }
    }
    return Double(right) / Double(asked.count)
  }

  /// A question with the parts of its requests.
  private struct AskedQuestion {
    let question: Question
    let prompt: [Int32]
    /// Its place in the set, which names its streams.
    let slot: UInt32
  }

  private func ask(_ questions: [Question], at places: [Int]) throws(EvaluationError) -> [AskedQuestion] {
    guard !places.isEmpty else { throw EvaluationError(.questions, "there are no held-out questions to measure with") }
    var asked: [AskedQuestion] = []
    for place in places {
      let question = questions[place]
      guard !question.answers.isEmpty, !question.answers.contains("") else {
        throw EvaluationError(.questions, "the held-out question \(question.id) has no answer to measure with")
      }
      let tokens: [Int32]
      do {
        tokens = try prompt(question)
      } catch {
        throw EvaluationError(.prompt, "the held-out question \(question.id) cannot be asked: \(error)", cause: error)
      }
      guard (1...options.maximumPromptTokens).contains(tokens.count) else {
        throw EvaluationError(
          .prompt,
          "the held-out question \(question.id) has a prompt of \(tokens.count) tokens, expected 1 to \(options.maximumPromptTokens)")
      }
      asked.append(AskedQuestion(question: question, prompt: tokens, slot: UInt32(place)))
    }
    return asked
  }

  private func greedyRequest(_ asked: AskedQuestion) -> GenerationRequest {
    request(asked, count: 1, options: .greedy(maximumNewTokens: options.maximumNewTokens))
  }

  private func sampleRequest(_ asked: AskedQuestion) -> GenerationRequest {
    request(asked, count: options.samplesPerQuestion, options: SamplingOptions(maximumNewTokens: options.maximumNewTokens))
  }

  private func request(_ asked: AskedQuestion, count: Int, options sampling: SamplingOptions) -> GenerationRequest {
    GenerationRequest(
      promptTokens: asked.prompt, sampleCount: count, seed: options.seed, step: Self.step, slot: asked.slot, options: sampling,
      stopTokens: stopTokens)
  }

  private func answer(_ sample: Sample) -> SampledAnswer {
    let response = decode(sample.tokens)
    let answer = reading.answer(in: response)
    return SampledAnswer(text: answer.text, isBoxed: answer.isBoxed, tokenCount: sample.tokens.count, response: response)
  }

  private func judged(_ sampled: SampledQuestion) throws(EvaluationError) -> JudgedQuestion {
    do {
      return try JudgedQuestion(sampled, judge: judge)
    } catch {
      throw EvaluationError(
        .judge, "the answers to the held-out question \(sampled.question.id) could not be judged: \(error)", cause: error)
    }
  }
}
