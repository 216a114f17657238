import Cluster
import EMPO

/// What a run computes that nothing disturbs, told without any machine.
struct UndisturbedRun {
  /// The policy's versions.
  var versions = [SimulatedRun.base]

  /// The groups that each step is trained on, and the questions that they answer.
  var groups: [[ScoredGroup]] = []
  var questions: [[Int]] = []

  /// How many questions were left out on the way to each step's.
  var skipped: [Int] = []

  /// Whether an epoch left out none because it would have left out all.
  var hasLeftOutNone = false

  private let plan: LearnerPlan
  private var order: QuestionOrder

  /// The places in the order of all epochs that the slots took, in their order.
  private var places: [Int] = []

  /// The place that comes next.
  private var next = 0

  /// Whether the epoch of that place leaves out none.
  private var leavesOutNone = false

  init(_ plan: LearnerPlan, order: QuestionOrder) {
    (self.plan, self.order) = (plan, order)
    for step in 0..<plan.steps {
      questions.append(chooseQuestions(of: step))
      let sampling = versions[Int(plan.policyVersion(of: step))]
      groups.append(
        questions[Int(step)].enumerated().map { slot, question in
          SimulatedRun.group(step: step, slot: UInt32(slot), question: question, weights: sampling)
        })
      versions.append(
        plan.gradients.map {
          SimulatedRun.update(versions[Int(step)], groups: groups[Int(step)], questions: questions[Int(step)], parts: $0.parts)
        } ?? SimulatedRun.update(versions[Int(step)], groups: groups[Int(step)]))
    }
  }

  /// The rule as the manual has it, from the whole of the past anew.
  private mutating func chooseQuestions(of step: UInt32) -> [Int] {
    let known = Int(step > plan.lag ? step - plan.lag : 0) * Int(plan.questionsPerStep)
    var unanimousSince: [Int: Int] = [:]
    for (place, group) in zip(places.prefix(known), groups.joined()) {
      let (epoch, question) = (place / order.count, order.question(epoch: place / order.count, place: place % order.count))
      unanimousSince[question] = group.responses[0].cluster == group.responses[1].cluster ? epoch : nil
    }
    var (chosen, passed) = ([Int](), 0)
    while chosen.count < Int(plan.questionsPerStep) {
      let epoch = next / order.count
      let leftOut = (0..<order.count).filter { question in
        unanimousSince[question].map { (1...Int.max).contains(epoch - $0) && epoch - $0 <= Int(plan.skipUnanimous) } ?? false
      }
      if next % order.count == 0 { leavesOutNone = leftOut.count == order.count }
      if leavesOutNone { hasLeftOutNone = true }
      let question = order.question(epoch: epoch, place: next % order.count)
      if leftOut.contains(question), !leavesOutNone {
        passed += 1
      } else {
        chosen.append(question)
        places.append(next)
      }
      next += 1
    }
    skipped.append(passed)
    return chosen
  }
}
