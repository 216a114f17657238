import EMPO
import HeapModule
import Wire

/// The slots of one open step or evaluation, or the parts of an update: which are to be leased, which are leased, which are filled.
struct StepSlots: Sendable {
  /// What fills a slot.
  struct Filling: Sendable {
    var result: WorkResult

    /// Who did the work.
    var worker: String

    /// Who has checked it; nil for nobody.
    var checker: String?

    /// Where a part of a gradient is fetched.
    var peer: Peer?
  }

  /// Whose result is being scored.
  struct Candidate: Sendable {
    let worker: Peer

    /// The kind of arithmetic that the worker has. It may be gone when the result is scored.
    let fingerprint: String?
  }

  private struct Slot {
    var leases: [UInt64] = []
    var candidate: Candidate?
    var filling: Filling?

    var isWaiting: Bool { filling == nil && candidate == nil && leases.isEmpty }
  }

  let step: UInt32
  private var slots: [Slot]

  /// How many slots are not filled.
  private(set) var missing: Int

  /// Slots that wait for a worker, lowest first; among them some that did and don't any more.
  private var waiting: Heap<UInt32>

  init(step: UInt32, count: UInt32) {
    self.step = step
    slots = Array(repeating: Slot(), count: Int(count))
    missing = Int(count)
    waiting = Heap(0..<count)
  }

  var count: Int { slots.count }

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
    while let slot = waiting.min {
      if slots[Int(slot)].isWaiting { return slot }
      waiting.removeMin()
    }
    return nil
  }

  /// The highest slot that waits for a worker.
  var lastWaiting: UInt32? { slots.lastIndex(where: \.isWaiting).map(UInt32.init) }

  /// Notes that a slot is leased.
  mutating func lease(_ slot: UInt32, as lease: UInt64) {
    precondition(slots[Int(slot)].filling == nil, "slot \(slot) of step \(step) does not wait for a worker")
    slots[Int(slot)].leases.append(lease)
  }

  /// Takes a lease away from a slot.
  ///
  /// - Returns: Whether the slot has to be leased again because of that.
  mutating func release(_ slot: UInt32, from lease: UInt64) -> Bool {
    guard let index = slots[Int(slot)].leases.firstIndex(of: lease) else { return false }
    slots[Int(slot)].leases.remove(at: index)
    return wait(slot)
  }

  func leases(of slot: UInt32) -> [UInt64] { slots[Int(slot)].leases }

  /// What fills a slot.
  func filling(of slot: UInt32) -> Filling? { slots[Int(slot)].filling }

  /// Whether the slot is filled.
  func isFilled(_ slot: UInt32) -> Bool { slots[Int(slot)].filling != nil }

  /// Whose result for the slot is being scored.
  func candidate(of slot: UInt32) -> Candidate? { slots[Int(slot)].candidate }

  /// A result of a worker is scored.
  mutating func begin(_ slot: UInt32, _ candidate: Candidate) { slots[Int(slot)].candidate = candidate }

  /// The result that is scored will not do.
  ///
  /// - Returns: Whether the slot has to be leased again because of that.
  mutating func drop(_ slot: UInt32) -> Bool {
    slots[Int(slot)].candidate = nil
    return wait(slot)
  }

  /// Fills a slot.
  ///
  /// - Returns: The leases that the slot was under.
  mutating func fill(_ slot: UInt32, with filling: Filling) -> [UInt64] {
    precondition(!isFilled(slot), "slot \(slot) of step \(step) is filled already")
    let leases = slots[Int(slot)].leases
    slots[Int(slot)] = Slot(filling: filling)
    missing -= 1
    return leases
  }

  /// Notes who has checked what fills a slot.
  mutating func confirm(_ slot: UInt32, by checker: String?) { slots[Int(slot)].filling?.checker = checker }

  /// Takes back what fills a slot, which has to be leased again.
  mutating func empty(_ slot: UInt32) {
    guard isFilled(slot) else { return }
    slots[Int(slot)] = Slot()
    missing += 1
    waiting.insert(slot)
  }

  /// The slots that are filled, with what fills them.
  var filled: [(slot: UInt32, filling: Filling)] {
    slots.indices.compactMap { index in slots[index].filling.map { (UInt32(index), $0) } }
  }

  /// The results in slot order, once none is missing.
  var groups: [WorkResult]? {
    guard missing == 0 else { return nil }
    return slots.compactMap { $0.filling?.result }
  }

  /// Changes the slots where they are.
  mutating func apply(_ body: (inout StepSlots) -> Void) { body(&self) }

  private mutating func wait(_ slot: UInt32) -> Bool {
    guard slots[Int(slot)].isWaiting else { return false }
    waiting.insert(slot)
    return true
  }
}
