extension Family {
  /// Two kinds of boxes: a*b, c*d, then their sum.
  static let boxes = Family(
    name: "boxes",
    habits: HabitWeights(careful: 27, direct: 35),
    draw: { random in
      [random.integer(in: 2...9), random.integer(in: 2...11), random.integer(in: 2...9), random.integer(in: 2...11)]
    },
    text: { n, cast in
      let things = cast.thing.plural
      return "\(cast.name) has \(n[0]) boxes with \(n[1]) \(things) in each box and \(n[2]) boxes with \(n[3]) \(things) in each box."
        + " How many \(things) are in the boxes?"
    },
    steps: { n in
      [.product(.number(n[0]), .number(n[1])), .product(.number(n[2]), .number(n[3])), .sum(.result(0), .result(1))]
    },
    temptations: { n in
      let mixed = (n[0] + n[2]) * (n[1] + n[3])
      return [n.reduce(0, +), n[0] * n[1] + n[2] + n[3], mixed < 200 ? mixed : n[0] * n[1], n[0] * n[1]]
    }
  )
}
