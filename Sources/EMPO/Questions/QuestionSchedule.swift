/// Which question every slot of the next steps asks, where questions on which a group was unanimous may be left out for a while.
///
/// An epoch is one walk over its whole order of the questions, see ``QuestionOrder``. The slots take the questions in turn, epoch after
/// epoch, and the walk passes over a question that is left out: so an epoch of which questions are left out has fewer slots. A question
/// whose latest group was unanimous, in epoch e, is left out in the epochs e + 1 to e + n. An epoch that would leave out every question when
/// it begins leaves out none.
///
/// Invariant: `lag + 1` steps are planned, and what step s asks follows from the groups of the steps before max(0, s - lag) and from no
/// others. So it is the same whatever came in when, from whom, and how often the learner began anew.
public struct QuestionSchedule: Sendable {
  /// What a step asks.
  public struct PlannedStep: Sendable, Equatable, Codable {
    /// The question of each slot: an index into the question set. Shape [slots].
    public var questions: [Int]
    /// The epoch in which each slot asks. Shape [slots].
    public var epochs: [Int]
    /// How many questions the walk passed over on the way to these.
    public var skipped: Int

    /// Creates what a step asks.
    public init(questions: [Int] = [], epochs: [Int] = [], skipped: Int = 0) {
      self.questions = questions
      self.epochs = epochs
      self.skipped = skipped
    }
  }

  /// What the schedule is at a step: what a checkpoint keeps of it.
  public struct State: Sendable, Equatable, Codable {
    /// The epoch in which the walk stands.
    public var epoch: Int
    /// The place in that epoch's order that comes next; the number of questions at the epoch's end.
    public var place: Int
    /// The next steps, the one to be trained first in front. Shape [lag + 1].
    public var planned: [PlannedStep]
    /// The questions whose latest group was unanimous, and the epochs in which they were asked.
    public var unanimous: [Int: Int]
    /// Whether the epoch leaves out no question, because it would have left out every one.
    public var leavesOutNone: Bool

    /// Creates a state.
    public init(epoch: Int, place: Int, planned: [PlannedStep] = [], unanimous: [Int: Int] = [:], leavesOutNone: Bool = false) {
      self.epoch = epoch
      self.place = place
      self.planned = planned
      self.unanimous = unanimous
      self.leavesOutNone = leavesOutNone
    }
  }

  /// How many epochs a question is left out after a unanimous group; 0 for none.
  public let skippedEpochs: Int

  /// The step that is trained next.
  public private(set) var step: Int

  private let questionsPerStep: Int
  private var order: QuestionOrder
  private var state: State

  /// What a checkpoint has to keep; nil where nothing is left out, and the step alone says what is asked.
  public var kept: State? { skippedEpochs > 0 ? state : nil }

  /// The schedule of a run at a step.
  ///
  /// - Parameters:
  ///   - step: The step that is trained next.
  ///   - kept: What the checkpoint kept of the schedule at that step; nil at the run's beginning, or where nothing is left out.
  /// - Throws: ``EMPOError`` where `kept` is not of such a schedule.
  public init(
    _ order: QuestionOrder, questionsPerStep: Int, lag: Int, skippedEpochs: Int, step: Int = 0, kept: State? = nil
  ) throws(EMPOError) {
    precondition(questionsPerStep > 0 && lag >= 0 && skippedEpochs >= 0 && step >= 0, "a step has slots, and nothing is negative")
    self.order = order
    self.questionsPerStep = questionsPerStep
    self.skippedEpochs = skippedEpochs
    self.step = step
    if skippedEpochs > 0, step > 0 {
      guard let kept else {
        throw EMPOError(.missingEvidence, "it does not say which questions are left out")
      }
      guard kept.fits(count: order.count, questionsPerStep: questionsPerStep, steps: lag + 1, at: step) else {
        throw EMPOError(.invalidEvidence, "what it says of the questions to ask is not of this run")
      }
      state = kept
    } else {
      let (epoch, place) = (step * questionsPerStep).quotientAndRemainder(dividingBy: order.count)
      state = State(epoch: epoch, place: place)
      for _ in 0...lag { plan() }
    }
  }

  /// What a planned step asks; nil for any other.
  public subscript(step: Int) -> PlannedStep? {
    state.planned.indices.contains(step - self.step) ? state.planned[step - self.step] : nil
  }

  /// Takes note of the groups of the step that was trained, in slot order, and plans one step more.
  public mutating func finish(_ groups: [ScoredGroup]) {
    let asked = state.planned.removeFirst()
    precondition(groups.count == asked.questions.count, "a step is trained on a group of every slot")
    if skippedEpochs > 0 {
      for (slot, group) in groups.enumerated() {
        // The latest word counts: a question may have been asked again before this group was known.
        state.unanimous[asked.questions[slot]] = group.isUnanimous ? asked.epochs[slot] : nil
      }
    }
    step += 1
    plan()
  }

  /// Plans the step after those that are planned.
  private mutating func plan() {
    var planned = PlannedStep()
    while planned.questions.count < questionsPerStep {
      if state.place == order.count {
        (state.epoch, state.place) = (state.epoch + 1, 0)
        state.unanimous = state.unanimous.filter { state.epoch - $0.value <= skippedEpochs }
        state.leavesOutNone = leavesOutAll
      }
      let question = order.question(epoch: state.epoch, place: state.place)
      state.place += 1
      if !state.leavesOutNone, isLeftOut(question) {
        planned.skipped += 1
      } else {
        planned.questions.append(question)
        planned.epochs.append(state.epoch)
      }
    }
    state.planned.append(planned)
  }

  /// Whether the epoch at hand leaves out a question, unless it leaves out none.
  private func isLeftOut(_ question: Int) -> Bool {
    guard let asked = state.unanimous[question] else { return false }
    return state.epoch > asked && state.epoch - asked <= skippedEpochs
  }

  /// Whether the epoch at hand would leave out every question.
  private var leavesOutAll: Bool { state.unanimous.count == order.count && state.unanimous.keys.allSatisfy(isLeftOut) }
}

extension QuestionSchedule.State {
  /// Whether this is of a schedule of that shape at a step. Each epoch asks a question at least, so that it has no more epochs than slots.
  func fits(count: Int, questionsPerStep: Int, steps: Int, at step: Int) -> Bool {
    let epochs = 0...max(0, epoch)
    return (0...(step + steps) * questionsPerStep).contains(epoch) && (0...count).contains(place) && planned.count == steps
      && planned.allSatisfy { step in
        step.questions.count == questionsPerStep && step.epochs.count == questionsPerStep && step.skipped >= 0
          && step.questions.allSatisfy((0..<count).contains) && step.epochs.allSatisfy(epochs.contains)
      }
      && unanimous.allSatisfy { (0..<count).contains($0.key) && epochs.contains($0.value) }
  }
}

extension ScoredGroup {
  /// Whether all responses have one meaning. An empty answer has a cluster of its own, so a group without answers is not unanimous.
  public var isUnanimous: Bool { responses.count > 1 && responses.allSatisfy { $0.cluster == responses[0].cluster } }
}
