/// A sum over parts whose order is fixed: that of a binary tree over their indices, whoever computed what and whenever it came.
///
/// A range of n > 1 indices is the sum of its first ⌈n/2⌉ and of the rest. A part that is empty leaves the tree's shape as it is: a sum with it
/// is the other summand, untouched. At most ⌈n/2⌉ sums are held, and where parts come in order no more than one a level.
public struct PartTree<Value> {
  /// What is known of a range that has all of its parts.
  fileprivate enum Node {
    case empty
    case sum(Value)
  }

  /// How many parts there are.
  public let count: Int

  private var nodes: [Range<Int>: Node] = [:]

  /// How many parts are not in.
  public private(set) var missing: Int

  /// A sum that misses all of its parts.
  public init(count: Int) {
    precondition(count > 0, "a sum has parts")
    self.count = count
    missing = count
  }

  /// Adds a part, once; nil for one that is empty.
  ///
  /// - Parameter add: The sum of the values of two neighbouring ranges, the earlier one first.
  public mutating func insert(_ value: consuming Value?, at index: Int, add: (Value, Value) -> Value) {
    precondition((0..<count).contains(index), "part \(index) of \(count)")
    var path = [0..<count]
    while let last = path.last, last.count > 1 {
      let (first, second) = Self.halves(of: last)
      path.append(first.contains(index) ? first : second)
    }
    precondition(!path.contains { nodes[$0] != nil }, "part \(index) is in already")
    missing -= 1
    var range = path.removeLast()
    var node = value.map(Node.sum) ?? .empty
    while let parent = path.popLast() {
      let (first, second) = Self.halves(of: parent)
      guard let sibling = nodes.removeValue(forKey: range == first ? second : first) else { break }
      node = range == first ? Self.sum(node, sibling, add) : Self.sum(sibling, node, add)
      range = parent
    }
    nodes[range] = node
  }

  /// The sum of all parts, once none is missing: nil where all of them are empty.
  public var total: Value? {
    precondition(missing == 0, "\(missing) parts are missing")
    if case .sum(let value)? = nodes[0..<count] { return value }
    return nil
  }

  /// The sums at hand.
  public var values: [Value] {
    nodes.values.compactMap { if case .sum(let value) = $0 { value } else { nil } }
  }

  private static func halves(of range: Range<Int>) -> (Range<Int>, Range<Int>) {
    let middle = range.lowerBound + (range.count + 1) / 2
    return (range.lowerBound..<middle, middle..<range.upperBound)
  }

  private static func sum(_ first: Node, _ second: Node, _ add: (Value, Value) -> Value) -> Node {
    switch (first, second) {
    case (.empty, let other), (let other, .empty): other
    case (.sum(let left), .sum(let right)): .sum(add(left, right))
    }
  }
}

extension PartTree: Sendable where Value: Sendable {}
extension PartTree.Node: Sendable where Value: Sendable {}
