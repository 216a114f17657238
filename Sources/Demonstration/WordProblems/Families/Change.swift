extension Family {
  /// Money back from one purchase: k*p, then m-r.
  static let change = Family(
    name: "change",
    habits: HabitWeights(careful: 30, direct: 32),
    draw: { random in
      let (price, count) = (random.integer(in: 2...9), random.integer(in: 2...9))
      return [price, count, random.integer(in: price * count + 1...120)]
    },
    text: { n, cast in
      "One \(cast.thing.singular) costs \(n[0]) dollars. \(cast.name) buys \(n[1]) \(cast.thing.plural) and pays \(n[2]) dollars."
        + " How many dollars does \(cast.name) get back?"
    },
    steps: { n in [.product(.number(n[1]), .number(n[0])), .difference(.number(n[2]), .result(0))] },
    temptations: { n in
      let hasty = n[2] - n[0] - n[1]
      return [n[2] - n[0], n[0] * n[1], n[2] - n[1], hasty >= 0 ? hasty : n[2]]
    }
  )
}
