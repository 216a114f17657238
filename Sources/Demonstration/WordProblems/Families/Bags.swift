extension Family {
  /// Some at the start and bags of more: b*c, then a+r.
  static let bags = Family(
    name: "bags",
    habits: HabitWeights(careful: 34, direct: 28),
    draw: { random in [random.integer(in: 10...99), random.integer(in: 2...9), random.integer(in: 2...9)] },
    text: { n, cast in
      let (name, things) = (cast.name, cast.thing.plural)
      return "\(name) has \(n[0]) \(things). \(name) buys \(n[1]) bags with \(n[2]) \(things) in each bag."
        + " How many \(things) does \(name) have now?"
    },
    steps: { n in [.product(.number(n[1]), .number(n[2])), .sum(.number(n[0]), .result(0))] },
    temptations: { n in [n[0] + n[1] + n[2], n[0] + n[1], n[1] * n[2], n[0] + n[2]] }
  )
}
