import EMPO
import Wire

/// What is open: steps and evaluations with their slots, the parts of the update that runs, and what the slots ask.
///
/// It knows the numbers of the leases that its slots are under, and ends none.
struct OpenWork: Sendable {
  private var plan: LearnerPlan

  /// Steps that are not trained, by their numbers.
  private var steps: [UInt32: StepSlots] = [:]

  /// Evaluations that are not over, by their versions.
  private var evaluations: [UInt32: StepSlots] = [:]

  /// The parts of the update that runs, by their indices.
  private(set) var parts: StepSlots?

  /// What the slots of the open steps ask.
  private(set) var questions: QuestionSchedule

  /// Groups of the ledger that belong to steps which are not open yet.
  private var stored: [UInt32: [StoredGroup]]

  /// - Parameter stored: The ledger's groups of steps that are not trained.
  init(plan: LearnerPlan, questions: QuestionSchedule, stored: [StoredGroup]) {
    self.plan = plan
    self.questions = questions
    self.stored = Dictionary(grouping: stored, by: \.result.item.step)
  }

  /// The slots of a step; nil while it is not open.
  subscript(step: UInt32) -> StepSlots? { steps[step] }

  /// The slots that an item is one of; nil while its step or evaluation is not open.
  func slots(of item: WorkItem) -> StepSlots? {
    switch item.kind.checked {
    case .evaluation: evaluations[item.step]
    case .gradient: parts?.step == item.step ? parts : nil
    default: steps[item.step]
    }
  }

  /// What fills an item's slot.
  func filling(of item: WorkItem) -> StepSlots.Filling? { slots(of: item)?.filling(of: item.slot) }

  /// The versions whose evaluations are not over, in order.
  var evaluated: [UInt32] { evaluations.isEmpty ? [] : evaluations.keys.sorted() }

  /// Everything that fills a slot of what is open.
  var fillings: [(item: WorkItem, filling: StepSlots.Filling)] {
    let samples = steps.flatMap { step, slots in
      slots.filled.map { (item: WorkItem(.sample, step: step, slot: $0.slot), filling: $0.filling) }
    }
    let measured = evaluations.flatMap { version, slots in
      slots.filled.map { (item: WorkItem(.evaluation, step: version, slot: $0.slot), filling: $0.filling) }
    }
    let computed = (parts?.filled ?? []).map { (item: WorkItem(.gradient, step: parts?.step ?? 0, slot: $0.slot), filling: $0.filling) }
    return (samples + measured + computed).sorted { $0.item < $1.item }
  }

  /// What the slots of an open step ask, in their order.
  func questions(of step: UInt32) -> [Int] { questions[Int(step)]?.questions ?? [] }

  /// The question of an item: its number among the run's, or among those held out.
  func question(of item: WorkItem) -> Int {
    guard item.kind.checked == .sample else { return Int(item.slot) }
    guard let questions = questions[Int(item.step)]?.questions else { preconditionFailure("an open step is planned") }
    return questions[Int(item.slot)]
  }

  /// Opens no step from a version on, with which the run ends.
  mutating func shorten(to end: UInt32) { plan.steps = end }

  // MARK: Changing slots

  /// Changes the slots that an item is one of, where they are.
  mutating func change(_ item: WorkItem, _ body: (inout StepSlots) -> Void) {
    switch item.kind.checked {
    case .evaluation: evaluations[item.step]?.apply(body)
    case .gradient: if parts?.step == item.step { parts?.apply(body) }
    default: steps[item.step]?.apply(body)
    }
  }

  /// The lowest slot of a step, an evaluation or an update that waits for a worker.
  mutating func nextWaiting(_ kind: WorkKind, step: UInt32) -> WorkItem? {
    var slot: UInt32?
    change(WorkItem(kind, step: step, slot: 0)) { slot = $0.nextWaiting() }
    return slot.map { WorkItem(kind, step: step, slot: $0) }
  }

  // MARK: Opening and closing

  /// Opens the steps whose policy version exists, and fills in what the ledger has of them.
  ///
  /// - Returns: What was filled in.
  mutating func openSteps(at version: UInt32) -> [(item: WorkItem, filling: StepSlots.Filling)] {
    var restored: [(item: WorkItem, filling: StepSlots.Filling)] = []
    for step in plan.openSteps(at: version) where steps[step] == nil {
      var slots = StepSlots(step: step, count: plan.questionsPerStep)
      for group in stored.removeValue(forKey: step) ?? [] where !slots.isFilled(group.result.item.slot) {
        let filling = StepSlots.Filling(result: group.result, worker: group.worker, checker: group.checker)
        _ = slots.fill(group.result.item.slot, with: filling)
        restored.append((group.result.item, filling))
      }
      steps[step] = slots
    }
    return restored
  }

  /// Forgets groups of the ledger that were sampled from later versions than one.
  mutating func forgetStored(sampledAfter version: UInt32) {
    stored = stored.mapValues { $0.filter { $0.result.policyVersion <= version } }
  }

  /// Closes a step, which was trained on all of its slots. Its groups decide on the questions of a step to come.
  mutating func close(_ step: UInt32) {
    questions.finish(steps[step]?.groups?.map(\.group) ?? [])
    steps[step] = nil
  }

  /// Opens the evaluation of a version.
  ///
  /// - Parameter answered: What stands for the questions that nobody needs to answer.
  mutating func openEvaluation(of version: UInt32, answered: [UInt32: StepSlots.Filling] = [:]) {
    var slots = StepSlots(step: version, count: plan.heldOut)
    for (slot, filling) in answered { _ = slots.fill(slot, with: filling) }
    evaluations[version] = slots
  }

  /// Closes an evaluation, which is over.
  mutating func closeEvaluation(of version: UInt32) { evaluations[version] = nil }

  /// Opens the parts of a step's update.
  ///
  /// - Parameter empty: What stands for the parts that nobody needs to compute.
  mutating func openParts(of step: UInt32, count: UInt32, empty: [UInt32: StepSlots.Filling]) {
    var slots = StepSlots(step: step, count: count)
    for (part, filling) in empty { _ = slots.fill(part, with: filling) }
    parts = slots
  }

  /// Closes the parts of an update.
  mutating func closeParts() { parts = nil }
}
