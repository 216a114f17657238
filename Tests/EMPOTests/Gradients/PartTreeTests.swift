import EMPO
import Testing

@Suite struct PartTreeTests {
  /// The sum of parts in words, so that its order shows.
  private func sum(_ count: Int, order: [Int], empty: Set<Int> = []) -> String? {
    var tree = PartTree<String>(count: count)
    for index in order { tree.insert(empty.contains(index) ? nil : "\(index)", at: index) { "(\($0)+\($1))" } }
    #expect(tree.missing == 0)
    return tree.total
  }

  @Test(
    "A range is the sum of its first half and the rest",
    arguments: [
      (1, "0"), (2, "(0+1)"), (3, "((0+1)+2)"), (4, "((0+1)+(2+3))"), (5, "(((0+1)+2)+(3+4))"),
      (8, "(((0+1)+(2+3))+((4+5)+(6+7)))"),
    ])
  func aRangeIsTheSumOfItsHalves(count: Int, expected: String) {
    #expect(sum(count, order: Array(0..<count)) == expected)
  }

  @Test("The order in which parts come plays no part", arguments: 1...16) func theOrderOfArrivalPlaysNoPart(count: Int) {
    let expected = sum(count, order: Array(0..<count))
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      let order = (0..<count).shuffled(using: &random)
      #expect(sum(count, order: order) == expected, "\(order)")
    }
  }

  @Test("An empty part leaves the shape as it is")
  func anEmptyPartLeavesTheShape() {
    #expect(sum(5, order: [4, 1, 0, 3, 2], empty: [1]) == "((0+2)+(3+4))")
    #expect(sum(5, order: [0, 1, 2, 3, 4], empty: [0, 1, 2]) == "(3+4)")
    #expect(sum(4, order: [3, 2, 1, 0], empty: [0, 1, 2, 3]) == nil)
  }

  @Test("In order, no more sums are held than the tree has levels; in any, no more than half of the parts")
  func fewSumsAreHeld() {
    for count in [1, 2, 7, 16, 33] {
      var tree = PartTree<Int>(count: count)
      var most = 0
      for index in 0..<count {
        tree.insert(1, at: index) { $0 + $1 }
        most = max(most, tree.values.count)
      }
      #expect(tree.total == count)
      #expect(most <= Int.bitWidth - count.leadingZeroBitCount)
      var other = PartTree<Int>(count: count)
      for index in stride(from: 0, to: count, by: 2).map({ $0 }) + stride(from: 1, to: count, by: 2).map({ $0 }) {
        other.insert(1, at: index) { $0 + $1 }
        #expect(other.values.count <= (count + 1) / 2)
      }
      #expect(other.total == count)
    }
  }
}
