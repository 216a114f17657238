/// A set of real numbers: intervals in order that don't touch.
struct Region: Sendable {
  /// A real number that bounds an interval: a key to compare it by and a value to order it by.
  struct Bound: Sendable {
    var key: ScalarKey
    var value: Double

    static func < (left: Bound, right: Bound) -> Bool { left.key != right.key && left.value < right.value }
  }

  /// The numbers between two ends; without an end it is unbounded there.
  struct Interval: Sendable {
    var lower: Bound?
    var includesLower = false
    var upper: Bound?
    var includesUpper = false

    /// Whether no number lies between the ends.
    var isEmpty: Bool {
      guard let lower, let upper else { return false }
      return upper < lower || (upper.key == lower.key && !(includesLower && includesUpper))
    }
  }

  /// Regions of more parts aren't joined: the work grows with the square.
  static let maximumIntervals = 32

  private(set) var intervals: [Interval]

  /// All real numbers.
  static let all = Region(intervals: [Interval()])

  private init(intervals: [Interval]) { self.intervals = intervals }

  /// One interval.
  init(_ interval: Interval) { intervals = interval.isEmpty ? [] : [interval] }

  /// One number.
  init(_ point: Bound) { intervals = [Interval(lower: point, includesLower: true, upper: point, includesUpper: true)] }

  /// The numbers of one of both.
  func union(_ other: Region) -> Region {
    let sorted = (intervals + other.intervals).sorted(by: Self.startsBefore)
    var merged: [Interval] = []
    for interval in sorted {
      if let last = merged.last, Self.touch(last, interval) {
        merged[merged.count - 1] = Self.hull(last, interval)
      } else {
        merged.append(interval)
      }
    }
    return Region(intervals: merged)
  }

  /// The numbers of both.
  func intersection(_ other: Region) -> Region {
    var result = Region(intervals: [])
    for left in intervals {
      for right in other.intervals { result = result.union(Region(Self.overlap(left, right))) }
    }
    return result
  }

  /// The numbers outside.
  var complement: Region {
    var result = Region.all
    for interval in intervals {
      var outside = Region(intervals: [])
      if let lower = interval.lower {
        outside = outside.union(Region(Interval(upper: lower, includesUpper: !interval.includesLower)))
      }
      if let upper = interval.upper {
        outside = outside.union(Region(Interval(lower: upper, includesLower: !interval.includesUpper)))
      }
      result = result.intersection(outside)
    }
    return result
  }

  private static func startsBefore(_ left: Interval, _ right: Interval) -> Bool {
    guard let second = right.lower else { return false }
    guard let first = left.lower else { return true }
    return first < second || (first.key == second.key && left.includesLower && !right.includesLower)
  }

  /// Whether no number lies between two intervals of which `left` starts first.
  private static func touch(_ left: Interval, _ right: Interval) -> Bool {
    guard let end = left.upper, let start = right.lower else { return true }
    return start < end || (start.key == end.key && (left.includesUpper || right.includesLower))
  }

  private static func hull(_ left: Interval, _ right: Interval) -> Interval {
    var hull = left
    guard let first = left.upper else { return hull }
    guard let second = right.upper else {
      (hull.upper, hull.includesUpper) = (nil, false)
      return hull
    }
    if first < second {
      (hull.upper, hull.includesUpper) = (second, right.includesUpper)
    } else if first.key == second.key {
      hull.includesUpper = left.includesUpper || right.includesUpper
    }
    return hull
  }

  private static func overlap(_ left: Interval, _ right: Interval) -> Interval {
    var overlap = left
    if let lower = right.lower {
      if let other = left.lower, lower < other || (lower.key == other.key && right.includesLower) {
        // The interval that starts later, or leaves out its start, decides.
      } else {
        (overlap.lower, overlap.includesLower) = (lower, right.includesLower)
      }
    }
    if let upper = right.upper {
      if let other = left.upper, other < upper || (upper.key == other.key && right.includesUpper) {
        // The interval that ends earlier, or leaves out its end, decides.
      } else {
        (overlap.upper, overlap.includesUpper) = (upper, right.includesUpper)
      }
    }
    return overlap
  }
}
