import Cluster

/// What is to happen in a simulation, by time and then by the order in which it was planned: a binary heap of small keys, beside
/// the events themselves, which never move.
struct Agenda<Event> {
  private struct Key {
    var time: Milliseconds
    var order: UInt32
    var place: UInt32

    func isBefore(_ other: Key) -> Bool { time != other.time ? time < other.time : order < other.order }
  }

  private var heap: [Key] = []
  private var events: [Event?] = []
  private var free: [UInt32] = []
  private var planned: UInt32 = 0

  /// How much is planned.
  var count: Int { heap.count }

  mutating func plan(_ event: Event, at time: Milliseconds) {
    let place: UInt32
    if let reused = free.popLast() {
      place = reused
      events[Int(place)] = event
    } else {
      place = UInt32(events.count)
      events.append(event)
    }
    let key = Key(time: time, order: planned, place: place)
    planned += 1
    heap.append(key)
    var child = heap.count - 1
    while child > 0, key.isBefore(heap[(child - 1) / 2]) {
      heap[child] = heap[(child - 1) / 2]
      child = (child - 1) / 2
    }
    heap[child] = key
  }

  mutating func next() -> (time: Milliseconds, event: Event)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      var parent = 0
      while true {
        var child = 2 * parent + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
        guard heap[child].isBefore(last) else { break }
        heap[parent] = heap[child]
        parent = child
      }
      heap[parent] = last
    }
    guard let event = events[Int(first.place)] else { preconditionFailure("a planned event is there until it happens") }
    events[Int(first.place)] = nil
    free.append(first.place)
    return (first.time, event)
  }
}
