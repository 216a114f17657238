import Cluster
import EMPO
import Wire

/// What must hold over all of a run's learners, told by what they do.
struct Judge {
  private let plan: LearnerPlan
  private var acknowledged: Set<WorkItem> = []
  private var trained: Set<UInt32> = []
  private var lastReported: UInt32 = 0

  /// Whether a learner said that every step is trained.
  var isComplete = false

  init(plan: LearnerPlan) { self.plan = plan }

  mutating func acknowledge(step: UInt32, slot: UInt32) { acknowledged.insert(WorkItem(step: step, slot: slot)) }

  mutating func report(checkpoint: UInt32) { lastReported = max(lastReported, checkpoint) }

  /// The run goes back to a checkpoint.
  mutating func goBack(to version: UInt32) { lastReported = min(lastReported, version) }

  /// Notes that a step was trained.
  ///
  /// - Returns: Whether it was trained before, by a learner whose checkpoint was older.
  mutating func train(_ step: UInt32) -> Bool { !trained.insert(step).inserted }

  /// What is wrong with what a learner finds when it starts.
  func restart(_ checkpoint: SimulatedCheckpoint, ledger: SimulatedLedger) -> String? {
    if checkpoint.version < lastReported {
      return "the checkpoint of version \(lastReported) was written, and a learner starts from version \(checkpoint.version)"
    }
    if checkpoint.lineage != Array(0..<checkpoint.version) {
      return "the checkpoint of version \(checkpoint.version) was trained on steps \(checkpoint.lineage)"
    }
    if ledger.hasSlotTwice { return "the ledger has a slot twice" }
    if let lost = acknowledged.subtracting(ledger.voided).filter({ ledger.groups[$0] == nil }).min() {
      return "step \(lost.step) slot \(lost.slot) was acknowledged as accepted and is not in the ledger"
    }
    for step in 0..<checkpoint.version {
      for slot in 0..<plan.questionsPerStep where ledger.groups[WorkItem(step: step, slot: slot)] == nil {
        return "the checkpoint of version \(checkpoint.version) was trained on step \(step) slot \(slot), which is not in the ledger"
      }
    }
    return nil
  }

  /// What is wrong with an update that a learner asks for.
  ///
  /// - Parameter expected: What an undisturbed run trains the step on; nil where lies may pass.
  func training(_ step: UInt32, groups: [WorkResult], expected: [ScoredGroup]?, ledger: SimulatedLedger) -> String? {
    guard groups.map(\.item) == (0..<plan.questionsPerStep).map({ WorkItem(step: step, slot: $0) }) else {
      return "step \(step) is not trained on its slots in their order"
    }
    for (result, group) in zip(groups, expected ?? []) where result.group != group {
      return "\(result.item) was sampled from other weights, or is a lie"
    }
    guard !ledger.hasSlotTwice, groups.allSatisfy({ ledger.groups[$0.item]?.result.group == $0.group }) else {
      return "step \(step) is trained on groups that are not in the ledger"
    }
    return nil
  }

  /// What is wrong with what a complete run leaves behind.
  func end(_ checkpoint: SimulatedCheckpoint, ledger: SimulatedLedger, version: [UInt8]?) -> String? {
    if let fault = restart(checkpoint, ledger: ledger) { return fault }
    guard checkpoint.version == plan.steps else { return "the run ends at version \(checkpoint.version)" }
    guard version == nil || checkpoint.policy == version else { return "the run ends at other weights than an undisturbed one" }
    guard ledger.groups.count == Int(plan.steps * plan.questionsPerStep) else { return "the ledger has \(ledger.groups.count) groups" }
    return nil
  }
}

extension Cluster {
  /// The run has ended: what it left on the disk is judged, as it is and after a power cut.
  func judgeEnd() {
    guard outcome == .complete else { return violate("nothing more happens, and the run is not complete") }
    disk.cutPower()
    let checkpoint = disk.newest ?? .first
    let ledger = ledger
    let lies = ledger.groups.values.filter { isLie($0.result) }
    judgeLies(lies, expelled: ledger.expelled)
    // What a lie that nobody looked for has led to, is not what an undisturbed run comes to.
    let isTrue = lies.isEmpty
    if let fault = judge.end(checkpoint, ledger: ledger, version: isTrue ? versions.last : nil) { return violate(fault) }
    for (item, stored) in ledger.groups where isTrue && stored.result.group != groups[Int(item.step)][Int(item.slot)] {
      return violate("the ledger's group of \(item) is not what an undisturbed run samples")
    }
    let due = (0...plan.steps).filter { plan.evaluateEvery > 0 && plan.heldOut > 0 && ($0 % plan.evaluateEvery == 0 || $0 == plan.steps) }
    if let missing = due.first(where: { ($0 > 0 || plan.evaluatesBefore) && !ledger.evaluated.contains($0) }) {
      violate("version \(missing) was not evaluated")
    }
  }

  /// A lie may be there at the end only where not everything is checked, only of one that was not expelled, and not more of them than
  /// chance lets pass.
  private func judgeLies(_ lies: [StoredGroup], expelled: [String: String]) {
    guard let lie = lies.first else { return }
    if !scenario.liars.isLenient { return violate("\(lie.result.item) from \(lie.worker) is a lie") }
    if let known = lies.first(where: { expelled[$0.worker] != nil }) {
      return violate("\(known.worker) is expelled, and a lie of its stays")
    }
    var passing = 1.0
    for _ in lies { passing *= 1 - plan.audit.share }
    if passing < 1e-6 { violate("\(lies.count) lies passed where \(plan.audit.share) of all results are checked") }
  }

  /// Nothing in a machine grows with the time that a run takes: its collections stay within what is open at once.
  func checkBounds() {
    if let machine = learner?.machine { checkBounds(of: machine, of: "the learner") }
    for seat in workers where !seat.hangsForEver {
      if let machine = seat.process?.machine { checkBounds(of: machine, of: seat.peer.description) }
    }
  }

  /// Looks into a machine, and into the structures that it is made of.
  func checkBounds(of part: Any, of whose: String) {
    // Some keep a window of fixed length.
    let bound = max(64, 4 * (Int(plan.lag + 1) * Int(plan.questionsPerStep) + workers.count + 4))
    // What a library's collections are made of may hold what is let go later.
    for child in Mirror(reflecting: part).children where child.label?.hasPrefix("_") != true {
      let mirror = Mirror(reflecting: child.value)
      switch mirror.displayStyle {
      case .dictionary, .set, .collection:
        // Of what holds weights, there is little however large the cluster is.
        let most = ["keyFrames": 4, "incoming": 6, "wanted": 8][child.label ?? ""] ?? bound
        if mirror.children.count > most { violate("\(whose) keeps \(mirror.children.count) \(child.label ?? "elements")") }
      case .struct, .optional: checkBounds(of: child.value, of: whose)
      default: break
      }
    }
  }
}
