/// The points at which an expression in some number of variables is looked at, as the values of the variables in the order of their names.
///
/// Up to ``largestClosed`` variables a grid holds with each point all those in which its values are given to other variables: it is the same
/// whatever the variables are called, and so is the verdict on two expressions whose variables get other names. Up to three variables it has
/// every sign pattern with every order of the magnitudes (10, 24 and 48 points), and products below 1; at four (192 points) every sign
/// pattern with every order of the values; at five (360 points) every sign pattern and every order of the values, but not each of the one with each of the other. Beyond, there
/// are 64 random points, and a variable's value at one depends on the place of its name among the names in order.
package enum SampleGrid {
  package static let largestClosed = 5

  /// The usual points.
  package static func usual(_ count: Int) -> [[Double]] {
    count <= largestClosed ? usualGrids[count] : (0..<64).map { point in (0..<count).map { random(point, $0, scattered: true) } }
  }

  /// More points for an expression that jumps, which few points don't tell from another: steps of about 3 from 0 on.
  package static func line(_ count: Int) -> [[Double]] {
    count <= largestClosed ? lineGrids[count] : (0..<24).map { point in (0..<count).map { steps[(7 * point + 5 * $0) % steps.count] } }
  }

  /// Points of whole numbers for an expression that jumps, which tell ⌈x⌉ from ⌊x⌋ + 1.
  package static func whole(_ count: Int) -> [[Double]] {
    count <= largestClosed ? wholeGrids[count] : [(0..<count).map { $0 % 2 == 0 ? 6 : -3 }]
  }

  /// More points for an expression that bends far from 0.
  package static func far(_ count: Int) -> [[Double]] {
    count <= largestClosed ? farGrids[count] : [1, -1].map { sign in (0..<count).map { sign * distance($0) } }
  }

  /// The value at one of the points that show on which of its variables an expression depends. With eight points every two variables have all
  /// four pairs of signs.
  static func probe(_ point: Int, _ rank: Int) -> Double { random(point, rank, scattered: false) }

  /// A value far from the others at a probe, on one side or the other, for the variable that changes: so the largest of some is another.
  static func outlier(_ probe: Int) -> Double {
    (probe % 2 == 0 ? 1 : -1) * SamplePoint.magnitude(of: UInt64(probe) + 60, from: 20, to: 40)
  }

  static let probeCount = 8

  private static let usualGrids = (0...largestClosed).map(usualGrid)
  private static let lineGrids = (0...largestClosed).map(lineGrid)
  private static let wholeGrids = (0...largestClosed).map(wholeGrid)
  private static let farGrids = (0...largestClosed).map(farGrid)

  /// Magnitudes of one digit and of two, so that what bends at a number of one digit, as |x - 7| does, has shown it.
  private static let magnitudes = [(0.6, 1.6), (2.6, 3.6), (12.0, 14.0), (5.5, 6.5), (16.0, 18.0)].enumerated().map { index, range in
    SamplePoint.magnitude(of: UInt64(index), from: range.0, to: range.1)
  }

  /// A magnitude that brings the product with two others below 1, as |x² - x| and max(xy, x²y²) bend where a product is 1.
  private static let small = SamplePoint.magnitude(of: 20, from: 0.01, to: 0.02)

  private static func usualGrid(_ count: Int) -> [[Double]] {
    let m = magnitudes
    if count == 0 { return [[]] }
    if count == 5 {
      // Two without ties have every order of the values; a tie in the others saves points.
      let bases = [
        [m[0], -m[1], m[2], -m[3], m[4]], [-m[0], m[1], -m[2], m[3], -m[4]], [m[1], m[1], m[2], m[2], m[4]],
        [m[1], m[1], m[3], m[3], -m[2]], [-m[1], -m[1], -m[3], -m[3], m[2]], [-m[1], -m[1], -m[2], -m[2], -m[4]],
      ]
      return bases.flatMap(arrangements)
    }
    if count == 4 {
      // Of each number of negative values, the smallest magnitudes have them, or the largest.
      let bases = (0...count).flatMap { negative in
        Set([0..<negative, (count - negative)..<count]).map { range in (0..<count).map { range.contains($0) ? -m[$0] : m[$0] } }
      }
      return Set(bases).sorted { $0.lexicographicallyPrecedes($1) }.flatMap(arrangements)
    }
    let bases =
      switch count {
      case 1: [[m[0]], [m[1]], [m[2]], [small], [SamplePoint.magnitude(of: 21, from: 0.3, to: 0.6)]]
      case 2: [[m[0], m[2]], [small, m[1]], [m[2], m[4]]]
      default: [[small, m[1], m[2]]]
      }
    return bases.flatMap { base in
      (0..<(1 << count)).flatMap { signs in
        arrangements(of: base.enumerated().map { index, magnitude in signs >> index & 1 == 1 ? -magnitude : magnitude })
      }
    }
  }

  private static let steps = (0..<24).map { 3.1 * Double($0) + 0.37 + SamplePoint.magnitude(of: UInt64($0) + 40, from: 0, to: 3.1) }

  private static func lineGrid(_ count: Int) -> [[Double]] {
    if count == 0 { return [] }
    let bases = [24, 12, 4, 1, 1][count - 1]
    return (0..<bases).flatMap { base in
      arrangements(of: (0..<count).map { steps[(base + $0 * ($0 % 2 == 0 ? 8 : 11)) % steps.count] })
    }
  }

  private static func wholeGrid(_ count: Int) -> [[Double]] {
    switch count {
    case 0: []
    case 1: [[2], [-3]]
    case 2, 3: arrangements(of: Array([6, -3, 2].prefix(count)))
    default: arrangements(of: [6] + Array(repeating: -3, count: count - 1))
    }
  }

  private static func farGrid(_ count: Int) -> [[Double]] {
    if count == 0 { return [] }
    let base = (0..<count).map { count <= 3 ? distance($0) : distance(0) }
    return arrangements(of: base) + arrangements(of: base.map { -$0 })
  }

  private static func distance(_ rank: Int) -> Double { SamplePoint.magnitude(of: UInt64(rank) + 80, from: 4000, to: 6000) }

  private static func random(_ point: Int, _ rank: Int, scattered: Bool) -> Double {
    let seed = UInt64(point) << 32 | UInt64(rank) << 1 | (scattered ? 1 : 0)
    let magnitude = SamplePoint.magnitude(of: seed &+ 1000, from: 0.4, to: rank % 2 == point % 2 ? 4 : 14)
    let isNegative = scattered ? SamplePoint.mixed(seed) & 1 == 1 : (point & (rank % 7 + 1)).nonzeroBitCount % 2 == 1
    return isNegative ? -magnitude : magnitude
  }

  /// The different orders of some values, at most 120.
  private static func arrangements(of values: [Double]) -> [[Double]] {
    if values.count < 2 { return [values] }
    var result: [[Double]] = []
    for (index, first) in values.enumerated() where values.firstIndex(of: first) == index {
      var rest = values
      rest.remove(at: index)
      result += arrangements(of: rest).map { [first] + $0 }
    }
    return result
  }
}
