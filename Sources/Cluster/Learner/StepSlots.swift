import HeapModule
import Wire

/// The slots of one open step: which are to be leased, which are leased, which are filled.
struct StepSlots {
  /// The first answer to an audited task.
  struct Held {
    var result: GroupResult
    var peer: Peer
    var fingerprint: String
  }

  private struct Slot {
    var leases: [UInt64] = []
    var held: Held?
    var result: GroupResult?

    var isWaiting: Bool { result == nil && leases.isEmpty && held == nil }
  }

  let step: UInt32
  private var slots: [Slot]

  /// How many slots are not filled.
  private(set) var missing: Int

  /// Audited slots that are not filled.
  private(set) var unconfirmed: Set<UInt32>

  /// Slots that wait for a worker, lowest first; among them some that did and don't any more.
  private var candidates: Heap<UInt32>

  /// Audited slots that lack their second worker; among them some that did and don't any more.
  private var confirmable = Heap<UInt32>()

  init(step: UInt32, count: UInt32, isAudited: (UInt32) -> Bool = { _ in false }) {
    self.step = step
    slots = Array(repeating: Slot(), count: Int(count))
    missing = Int(count)
    unconfirmed = Set((0..<count).filter(isAudited))
    candidates = Heap(0..<count)
  }

  /// How many slots are leased and not filled.
  var leased: Int { slots.count { !$0.leases.isEmpty } }

  /// The slots that are leased and not filled, with their leases, the one that was given first in front.
  var leasedSlots: [(slot: UInt32, leases: [UInt64])] {
    slots.indices.compactMap { index in
      slots[index].leases.isEmpty ? nil : (UInt32(index), slots[index].leases)
    }
  }

  /// The lowest slot that waits for a worker.
  mutating func nextWaiting() -> UInt32? {
    while let slot = candidates.min {
      if slots[Int(slot)].isWaiting { return slot }
      candidates.removeMin()
    }
    return nil
  }

  /// Notes that a slot is leased.
  mutating func lease(_ slot: UInt32, as lease: UInt64) {
    precondition(slots[Int(slot)].result == nil, "slot \(slot) of step \(step) does not wait for a worker")
    slots[Int(slot)].leases.append(lease)
    if wantsConfirmation(slot) { confirmable.insert(slot) }
  }

  /// Takes a lease away from a slot.
  ///
  /// - Returns: Whether the slot has to be leased again because of that.
  mutating func release(_ slot: UInt32, from lease: UInt64) -> Bool {
    guard let index = slots[Int(slot)].leases.firstIndex(of: lease) else { return false }
    slots[Int(slot)].leases.remove(at: index)
    if slots[Int(slot)].isWaiting {
      candidates.insert(slot)
      return true
    }
    guard wantsConfirmation(slot) else { return false }
    confirmable.insert(slot)
    return true
  }

  /// Takes the lowest audited slot that lacks its second worker; whoever finds none for it puts it back.
  mutating func takeConfirmable() -> UInt32? {
    while let slot = confirmable.popMin() {
      if wantsConfirmation(slot) { return slot }
    }
    return nil
  }

  mutating func putBack(confirmable slots: [UInt32]) { confirmable.insert(contentsOf: slots) }

  /// Whether an audited slot has one worker and lacks the second.
  func wantsConfirmation(_ slot: UInt32) -> Bool {
    unconfirmed.contains(slot) && slots[Int(slot)].leases.count + (slots[Int(slot)].held == nil ? 0 : 1) == 1
  }

  func leases(of slot: UInt32) -> [UInt64] { slots[Int(slot)].leases }

  func held(_ slot: UInt32) -> Held? { slots[Int(slot)].held }

  /// Holds the first answer to an audited task.
  ///
  /// - Parameter lease: The lease that it answers, if the slot is under it.
  mutating func hold(_ answer: Held, of slot: UInt32, lease: UInt64?) {
    slots[Int(slot)].held = answer
    slots[Int(slot)].leases.removeAll { $0 == lease }
    if wantsConfirmation(slot) { confirmable.insert(slot) }
  }

  /// Whether the slot is filled.
  func isFilled(_ slot: UInt32) -> Bool { slots[Int(slot)].result != nil }

  /// Fills a slot.
  ///
  /// - Returns: The leases that the slot was under.
  mutating func fill(_ slot: UInt32, with result: GroupResult) -> [UInt64] {
    precondition(!isFilled(slot), "slot \(slot) of step \(step) is filled already")
    let leases = slots[Int(slot)].leases
    slots[Int(slot)] = Slot(result: result)
    unconfirmed.remove(slot)
    missing -= 1
    return leases
  }

  /// The groups in slot order, once none is missing.
  var groups: [GroupResult]? {
    guard missing == 0 else { return nil }
    return slots.map { slot in
      guard let result = slot.result else { preconditionFailure("a complete step has a group in every slot") }
      return result
    }
  }
}
