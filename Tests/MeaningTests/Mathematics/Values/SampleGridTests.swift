import Meaning
import Testing

@Suite("Grids of sample points")
struct SampleGridTests {
  /// The order of some numbers, as the place of each among them.
  private static func order(of values: [Double]) -> [Int] { values.map { value in values.count { $0 < value } } }

  @Test("A grid is the same in whatever order the variables stand", arguments: 1...SampleGrid.largestClosed)
  func isClosedUnderPermutations(count: Int) {
    for grid in [SampleGrid.usual(count), SampleGrid.line(count), SampleGrid.whole(count), SampleGrid.far(count)] {
      let points = Set(grid)
      #expect(points.count == grid.count)
      // Exchanges of neighbours make every permutation.
      for (first, second) in zip(0..<count, 1..<max(count, 1)) {
        let exchanged = grid.map { point in
          var point = point
          point.swapAt(first, second)
          return point
        }
        #expect(Set(exchanged) == points)
      }
    }
  }

  @Test("A grid has every sign pattern and every order of the values", arguments: 1...SampleGrid.largestClosed)
  func hasSignsAndOrders(count: Int) {
    let grid = SampleGrid.usual(count)
    #expect(Set(grid.map { $0.map { $0 < 0 } }).count == 1 << count)
    let strict = grid.filter { Set($0).count == count }
    #expect(Set(strict.map(Self.order)).count == (1...count).reduce(1, *))
    if count == 4 { #expect(Set(strict.map { "\($0.map { $0 < 0 }) \(Self.order(of: $0))" }).count == 5 * 24) }
    if count <= 3 {
      let magnitudes = strict.map { point in "\(point.map { $0 < 0 }) \(Self.order(of: point.map(\.magnitude)))" }
      #expect(Set(magnitudes).count == (1...count).reduce(1, *) << count)
    }
  }

  @Test("Beyond the closed grids there are points for any number of variables", arguments: [6, 7, 20, 64])
  func many(count: Int) {
    #expect(SampleGrid.usual(count).count == 64)
    for grid in [SampleGrid.usual(count), SampleGrid.line(count), SampleGrid.far(count)] {
      #expect(grid.allSatisfy { $0.count == count })
    }
    for variable in 0..<count { #expect(Set(SampleGrid.usual(count).map { $0[variable] < 0 }).count == 2) }
  }
}
