import Cluster
import EMPO
import Wire

/// What must hold over all of a run's learners, told by what they do.
struct Judge {
  private struct Place: Hashable, Comparable {
    var step: UInt32
    var slot: UInt32

    static func < (left: Place, right: Place) -> Bool { (left.step, left.slot) < (right.step, right.slot) }
  }

  private let plan: LearnerPlan
  private var acknowledged: Set<Place> = []
  private var trained: Set<UInt32> = []
  private var lastReported: UInt32 = 0

  /// Whether a learner said that every step is trained.
  var isComplete = false

  init(plan: LearnerPlan) { self.plan = plan }

  mutating func acknowledge(step: UInt32, slot: UInt32) { acknowledged.insert(Place(step: step, slot: slot)) }

  mutating func report(checkpoint: UInt32) { lastReported = max(lastReported, checkpoint) }

  /// Notes that a step was trained.
  ///
  /// - Returns: Whether it was trained before, by a learner whose checkpoint was older.
  mutating func train(_ step: UInt32) -> Bool { !trained.insert(step).inserted }

  /// What is wrong with what a learner finds when it starts.
  func restart(_ checkpoint: SimulatedCheckpoint, ledger: [GroupResult]) -> String? {
    if checkpoint.version < lastReported {
      return "the checkpoint of version \(lastReported) was written, and a learner starts from version \(checkpoint.version)"
    }
    if checkpoint.lineage != Array(0..<checkpoint.version) {
      return "the checkpoint of version \(checkpoint.version) was trained on steps \(checkpoint.lineage)"
    }
    let places = Set(ledger.map { Place(step: $0.step, slot: $0.slot) })
    if places.count < ledger.count { return "the ledger has a slot twice" }
    if let lost = acknowledged.subtracting(places).min() {
      return "step \(lost.step) slot \(lost.slot) was acknowledged as accepted and is not in the ledger"
    }
    for step in 0..<checkpoint.version {
      for slot in 0..<plan.questionsPerStep where !places.contains(Place(step: step, slot: slot)) {
        return "the checkpoint of version \(checkpoint.version) was trained on step \(step) slot \(slot), which is not in the ledger"
      }
    }
    return nil
  }

  /// What is wrong with an update that a learner asks for.
  func training(_ step: UInt32, groups: [GroupResult], expected: [ScoredGroup], ledger: [GroupResult]) -> String? {
    guard groups.map(\.slot) == Array(0..<plan.questionsPerStep), groups.allSatisfy({ $0.step == step }) else {
      return "step \(step) is not trained on its slots in their order"
    }
    for (result, group) in zip(groups, expected) where result.group != group {
      return "step \(step) slot \(result.slot) was sampled from other weights"
    }
    guard ledger.count(where: { $0.step == step }) == groups.count else {
      return "step \(step) is trained on groups that are not in the ledger"
    }
    return nil
  }

  /// What is wrong with what a complete run leaves behind.
  func end(_ checkpoint: SimulatedCheckpoint, ledger: [GroupResult], version: [UInt8]?) -> String? {
    if let fault = restart(checkpoint, ledger: ledger) { return fault }
    guard checkpoint.version == plan.steps else { return "the run ends at version \(checkpoint.version)" }
    guard checkpoint.policy == version else { return "the run ends at other weights than an undisturbed one" }
    guard ledger.count == Int(plan.steps * plan.questionsPerStep) else { return "the ledger has \(ledger.count) groups" }
    return nil
  }
}

extension Cluster {
  /// The run has ended: what it left on the disk is judged, as it is and after a power cut.
  func judgeEnd() {
    guard outcome == .complete else { return violate("nothing more happens, and the run is not complete") }
    disk.cutPower()
    let checkpoint = disk.newest ?? .first
    if let fault = judge.end(checkpoint, ledger: storedGroups, version: versions.last) { return violate(fault) }
    for (result, group) in zip(storedGroups, storedGroups.map { groups[Int($0.step)][Int($0.slot)] }) where result.group != group {
      return violate("the ledger's group of step \(result.step) slot \(result.slot) is not what an undisturbed run samples")
    }
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
