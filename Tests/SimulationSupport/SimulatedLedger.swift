import Cluster
import Wire

/// What a ledger's entries come to.
struct SimulatedLedger {
  /// How many learners began.
  private(set) var incarnations: UInt64 = 0

  /// The first incarnation whose leases count.
  private(set) var lineage: UInt64 = 1

  /// The groups that count, by step and slot.
  private(set) var groups: [WorkItem: StoredGroup] = [:]

  /// Groups that were found to be false, or sampled from a policy that followed from one.
  private(set) var voided: Set<WorkItem> = []

  private(set) var expelled: [String: String] = [:]
  private(set) var evaluated: Set<UInt32> = []

  /// Whether a slot was filled that was filled already.
  private(set) var hasSlotTwice = false

  init(_ entries: some Sequence<SimulatedDisk.LedgerEntry>) {
    for entry in entries { take(entry) }
  }

  private mutating func take(_ entry: SimulatedDisk.LedgerEntry) {
    switch entry {
    case .incarnation: incarnations += 1
    case .record: break
    case .group(let group): if groups.updateValue(group, forKey: group.result.item) != nil { hasSlotTwice = true }
    case .confirm(let step, let slot, let checker): groups[WorkItem(step: step, slot: slot)]?.checker = checker
    case .void(let step, let slot):
      let item = WorkItem(step: step, slot: slot)
      if groups.removeValue(forKey: item) != nil { voided.insert(item) }
    case .voidLater(let version):
      let gone = groups.filter { $0.value.result.policyVersion > version }.keys
      voided.formUnion(gone)
      for item in gone { groups[item] = nil }
    case .expel(let party, let reason): expelled[party] = reason
    case .evaluated(let version): evaluated.insert(version)
    case .goBack(let version):
      lineage = incarnations + 1
      evaluated = evaluated.filter { $0 <= version }
    }
  }

  /// By workers, the first step before a version that rests on the worker's word alone.
  func reliance(before version: UInt32) -> [String: UInt32] {
    var steps: [String: UInt32] = [:]
    for group in groups.values where group.result.item.step < version {
      let name = group.checker ?? group.worker
      guard name != LearnerMachine.learnerName else { continue }
      steps[name] = min(steps[name] ?? .max, group.result.item.step)
    }
    return steps
  }
}
