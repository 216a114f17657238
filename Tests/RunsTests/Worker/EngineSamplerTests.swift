import Cluster
import EMPO
import Evaluation
import HuggingFace
import Meaning
import Questions
import Rollouts
import Runs
import Tensors
import TestSupport
import Testing
import Tokenizers
import Training
import Transformer
import Wire

/// A sampler over the embedded model, with the demonstration's settings and short responses.
@Suite struct EngineSamplerTests {
  private static let newTokens = 24
  private static let responseCount = 5

  private let configuration: RunConfiguration
  private let base: BaseModel
  private let parameters: Parameters
  private let questions: [PromptedQuestion]

  init() throws {
    var configuration = RunConfiguration()
    configuration.sampling.maximumNewTokens = Self.newTokens
    self.configuration = configuration
    base = try BaseModel(.embedded)
    parameters = try base.parameters()
    let tokenizer = base.tokenizer
    questions = ["Tom has 3 balls. Tom buys 4 balls. How many balls are left?", "Ann has 9 apples and eats 2. How many are left?"]
      .enumerated().map { index, text in
        let question = Question(id: "q\(index)", text: text, answers: ["7"])
        return PromptedQuestion(question: question, tokens: tokenizer.encode(configuration.prompt(for: text), addingSpecialTokens: true))
      }
  }

  private var length: Int { (questions.map(\.tokens.count).max() ?? 0) + Self.newTokens }

  private var scorer: GroupScorer {
    get throws { try configuration.scorer(judge: configuration.judge, tokenizer: base.tokenizer, lanes: Lanes(count: 1)) }
  }

  private func sampler(maximumSequences: Int = 64, computesGradients: Bool = false) throws -> EngineSampler {
    let lanes = Lanes(count: 1)
    let sampler = try EngineSampler(
      Policy(base.configuration, type: .float32), lanes: lanes, scorer: try scorer, options: configuration.sampling,
      stopTokens: base.configuration.endTokens, maximumSequences: maximumSequences, maximumLength: length,
      gradients: computesGradients ? gradientSettings : nil)
    try sampler.load(version: 0, weights: WeightBytes(Policy(parameters, type: .float32, lanes: lanes).bytes()))
    return sampler
  }

  private var gradientSettings: EngineSampler.GradientSettings {
    .init(objective: configuration.objective, microBatchTokens: configuration.microBatchTokens, recomputation: .none, arithmetic: .exact)
  }

  private func task(_ item: WorkItem, groupSize: Int = responseCount, given: [[Int32]] = []) -> Wire.Task {
    let question = questions[Int(item.slot)]
    return Wire.Task(
      lease: 1, seal: LeaseSeal(incarnation: 1, code: []), item: item, policyVersion: 0, seed: configuration.seed,
      groupSize: UInt32(groupSize), given: given, questionID: question.question.id, question: question.question.text,
      promptTokens: question.tokens, deadlineMilliseconds: 1_000)
  }

  private func groups(of tasks: [Wire.Task], _ sampler: EngineSampler) throws -> [ScoredGroup] {
    let feed = ListFeed(tasks)
    try sampler.sample(from: feed)
    return try tasks.indices.map { try #require(feed.groups[UInt64($0)]) }
  }

  private func check(_ item: WorkItem, _ group: ScoredGroup) -> Wire.Task {
    task(item.check, groupSize: group.responses.count, given: group.responses.map(\.tokens))
  }

  @Test("A check of what was sampled is the same to the bit", arguments: [WorkKind.sample, .evaluation])
  func aCheckOfWhatWasSampledIsTheSame(kind: WorkKind) throws {
    let sampler = try sampler()
    let items = [WorkItem(kind, step: 0, slot: 0), WorkItem(kind, step: 0, slot: 1)]
    let sampled = try groups(of: items.map { task($0) }, sampler)
    let checked = try groups(of: zip(items, sampled).map { check($0, $1) }, try self.sampler(maximumSequences: 3))
    #expect(checked == sampled)
    #expect(zip(sampled, checked).allSatisfy { ResultDifference($0, $1) == nil })
  }

  @Test("A check of another token comes to the one that is drawn") func aCheckOfAnotherTokenComesToTheOneThatIsDrawn() throws {
    let sampler = try sampler()
    let item = WorkItem(.sample, step: 3, slot: 1)
    let sampled = try groups(of: [task(item)], sampler)[0]
    var lie = sampled
    let drawn = lie.responses[2].tokens[4]
    lie.responses[2].tokens[4] = drawn == 9 ? 10 : 9
    let checked = try groups(of: [check(item, lie)], sampler)[0]
    let difference = try #require(ResultDifference(lie, checked))
    #expect(difference.description == "sample 2 token 4: \(drawn == 9 ? 10 : 9) against \(drawn)")
  }

  @Test("Tasks that are sampled together, alone or beside checks give the same")
  func tasksThatAreSampledTogetherAloneOrBesideChecksGiveTheSame() throws {
    let sampler = try sampler(maximumSequences: 7)
    let items = [WorkKind.sample, .evaluation].flatMap { kind in (0..<2 as Range<UInt32>).map { WorkItem(kind, step: 1, slot: $0) } }
    let alone = try items.map { try groups(of: [task($0)], sampler)[0] }
    let together = try groups(of: items.map { task($0) } + zip(items, alone).map { check($0, $1) }, sampler)
    #expect(together == alone + alone)
  }

  @Test("An evaluation by tasks comes to what it comes to in one piece") func anEvaluationByTasksComesToWhatItComesToInOnePiece() throws {
    let scratch = try ScratchFolder()
    let tasks = questions.indices.map { task(WorkItem(.evaluation, step: 0, slot: UInt32($0))) }
    let groups = try groups(of: tasks, try sampler())
    #expect(groups.allSatisfy { $0.responses.map(\.cluster) == Array(0..<Self.responseCount) && !$0.isKept && $0.semanticEntropy == 0 })
    let tokenizer = base.tokenizer
    let evaluator = Evaluator(judge: MathJudge())
    let decode = { @Sendable (tokens: [Int32]) in tokenizer.decode(tokens, skippingSpecialTokens: true) }
    let answers = EvaluatedAnswers(RunFolder(path: scratch.path))
    let judge = RunJudge(
      seed: configuration.seed, scorer: nil,
      measure: HeldOutMeasure(questions: questions.map(\.question), evaluator: evaluator, decode: decode), answers: answers)
    let figures = try judge.figures(version: 0, groups: groups)

    let lanes = Lanes(count: 1)
    let decoder = Decoder(Policy(parameters, type: .float32, lanes: lanes).weights, positions: length, lanes: lanes)
    let engine = GenerationEngine(decoder, maximumSequences: 64, maximumLength: length)
    func requests(_ count: Int, _ options: SamplingOptions) -> [GenerationRequest] {
      questions.enumerated().map { index, question in
        GenerationRequest(
          promptTokens: question.tokens, sampleCount: count, seed: configuration.seed, step: .max, slot: UInt32(index), options: options,
          stopTokens: base.configuration.endTokens)
      }
    }
    let greedy = engine.generate(requests(1, .greedy(maximumNewTokens: Self.newTokens)))
    let sampled = engine.generate(requests(Self.responseCount - 1, SamplingOptions(maximumNewTokens: Self.newTokens)))
    let judged = try questions.indices.map { index in
      let responses = (greedy[index] + sampled[index]).map {
        ModelResponse(text: decode($0.tokens), tokenCount: $0.tokens.count, isTruncated: $0.isTruncated)
      }
      return try evaluator.judged(responses, to: questions[index].question)
    }
    #expect(figures == HeldOutMeasure.figures(of: judged))
    #expect(figures.mean != nil && figures.length != nil)
    let kept = try #require(answers.read(version: 0, to: questions.map(\.question)))
    #expect(HeldOutMeasure.figures(of: kept) == figures)
    #expect(answers.read(version: 1, to: questions.map(\.question)) == nil)
    #expect(answers.read(version: 0, to: [questions[1].question]) == nil)
  }

  @Test("A learner's scores are a worker's, and none where they take a model") func aLearnersScoresAreAWorkers() throws {
    let item = WorkItem(.sample, step: 2, slot: 0)
    let group = try groups(of: [task(item)], try sampler())[0]
    let content = TaskContent(questionID: "q0", question: questions[0].question.text, promptTokens: questions[0].tokens)
    var lie = group
    for index in lie.responses.indices {
      (lie.responses[index].reward, lie.responses[index].cluster, lie.responses[index].answer) = (1, 0, "1")
    }
    let judge = RunJudge(seed: configuration.seed, scorer: try scorer)
    #expect(try judge.score(group, of: item, answering: content) == group)
    #expect(try judge.score(lie, of: item, answering: content) == group)
    #expect(try RunJudge(seed: configuration.seed, scorer: nil).score(lie, of: item, answering: content) == nil)
  }

  @Test("A part of a gradient is what the learner computes, in between samples")
  func aPartOfAGradientIsWhatTheLearnerComputes() throws {
    let trainer = PolicyTrainer(
      try base.parameters(), positions: length, lanes: Lanes(count: 2),
      options: .init(objective: configuration.objective, parts: 2, microBatchTokens: configuration.microBatchTokens))
    var sampled = try groups(of: [task(WorkItem(step: 0, slot: 0)), task(WorkItem(step: 0, slot: 1))], try sampler())
    for index in sampled.indices {
      sampled[index].isKept = true
      for sample in sampled[index].responses.indices { sampled[index].responses[sample].reward = sample == 0 ? 1 : 0 }
    }
    let plan = trainer.begin(step: 0, groups: zip(questions, sampled).map { PromptedGroup(promptTokens: $0.tokens, group: $1) })
    func part(_ index: Int) -> Wire.Task {
      Wire.Task(
        lease: 1, seal: LeaseSeal(incarnation: 1, code: []), item: WorkItem(.gradient, step: 0, slot: UInt32(index)), policyVersion: 0,
        seed: 0, groupSize: 0, questionID: "", question: "", promptTokens: [], part: plan.batches[0][index], deadlineMilliseconds: 1_000)
    }
    let feed = ListFeed([part(1), task(WorkItem(step: 1, slot: 0)), part(0)])
    let sampler = try sampler(computesGradients: true)
    try sampler.sample(from: feed)
    #expect(feed.groups[1] == (try groups(of: [task(WorkItem(step: 1, slot: 0))], try self.sampler())[0]))
    for (ticket, index) in [(0, 1), (2, 0)] {
      let (bytes, statistics) = try trainer.gradient(ofPart: index)
      #expect(feed.gradients[UInt64(ticket)] == ComputedGradient(bytes: bytes, statistics: statistics))
    }
    let error = #expect(throws: RunsError.self) { try self.sampler().sample(from: ListFeed([part(0)])) }
    #expect(error?.message.contains("does not compute") == true)
  }

  @Test("A check without a response for each sample is refused") func aCheckWithoutAResponseForEachSampleIsRefused() throws {
    let task = task(WorkItem(.sampleCheck, step: 0, slot: 0), given: [[5]])
    let error = #expect(throws: RunsError.self) { try groups(of: [task], try sampler()) }
    #expect(error?.message.contains("has 1 responses, expected 5") == true)
  }
}

/// Tasks one after the other, ticketed by their places.
private final class ListFeed: TaskFeed {
  private var waiting: ArraySlice<TicketedTask>
  private(set) var groups: [UInt64: ScoredGroup] = [:]

  init(_ tasks: [Wire.Task]) {
    waiting = tasks.enumerated().map { TicketedTask(ticket: UInt64($0), task: $1) }[...]
  }

  private(set) var gradients: [UInt64: ComputedGradient] = [:]

  func next() -> TicketedTask? { waiting.first?.task.part == nil ? waiting.popFirst() : nil }
  func nextPart() -> TicketedTask? { waiting.first?.task.part == nil ? nil : waiting.popFirst() }
  func isCancelled(_ ticket: UInt64) -> Bool { false }
  func deliver(_ group: ScoredGroup, for ticket: UInt64) { groups[ticket] = group }
  func deliver(_ gradient: ComputedGradient, for ticket: UInt64) { gradients[ticket] = gradient }
}
