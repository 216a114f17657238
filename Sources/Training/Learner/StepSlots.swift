import Wire

/// The slots of one open step: which are to be leased, which are leased, which are filled.
struct StepSlots {
  enum Slot {
    case waiting
    case leased(UInt64)
    case filled(GroupResult)
  }

  let step: UInt32
  private(set) var slots: [Slot]

  /// How many slots are not filled.
  private(set) var missing: Int

  /// How many slots wait for a worker.
  private(set) var waiting: Int

  /// No slot below this waits for a worker.
  private var firstCandidate = 0

  init(step: UInt32, count: UInt32) {
    self.step = step
    slots = Array(repeating: .waiting, count: Int(count))
    missing = Int(count)
    waiting = Int(count)
  }

  /// The lowest slot that waits for a worker.
  mutating func nextWaiting() -> UInt32? {
    guard waiting > 0 else { return nil }
    while firstCandidate < slots.count {
      if case .waiting = slots[firstCandidate] { return UInt32(firstCandidate) }
      firstCandidate += 1
    }
    return nil
  }

  /// Notes that a waiting slot is leased.
  mutating func lease(_ slot: UInt32, as lease: UInt64) {
    guard case .waiting = slots[Int(slot)] else { preconditionFailure("slot \(slot) of step \(step) does not wait for a worker") }
    slots[Int(slot)] = .leased(lease)
    waiting -= 1
  }

  /// Puts a slot back among the waiting if it is still leased under `lease`.
  mutating func release(_ slot: UInt32, from lease: UInt64) -> Bool {
    guard case .leased(lease) = slots[Int(slot)] else { return false }
    slots[Int(slot)] = .waiting
    waiting += 1
    firstCandidate = min(firstCandidate, Int(slot))
    return true
  }

  /// Whether the slot is filled.
  func isFilled(_ slot: UInt32) -> Bool {
    if case .filled = slots[Int(slot)] { return true }
    return false
  }

  /// Fills a slot.
  ///
  /// - Returns: The lease that the slot was under.
  mutating func fill(_ slot: UInt32, with result: GroupResult) -> UInt64? {
    var previous: UInt64?
    switch slots[Int(slot)] {
    case .filled: preconditionFailure("slot \(slot) of step \(step) is filled already")
    case .waiting: waiting -= 1
    case .leased(let lease): previous = lease
    }
    slots[Int(slot)] = .filled(result)
    missing -= 1
    return previous
  }

  /// The groups in slot order, once none is missing.
  var groups: [GroupResult]? {
    guard missing == 0 else { return nil }
    return slots.map { slot in
      guard case .filled(let result) = slot else { preconditionFailure("a complete step has a group in every slot") }
      return result
    }
  }
}
