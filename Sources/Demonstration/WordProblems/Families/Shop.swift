extension Family {
  /// Money back from two purchases: k*p, k2*p2, their sum, then m-r.
  static let shop = Family(
    name: "shop",
    habits: HabitWeights(careful: 24, direct: 38),
    draw: { random in
      let purchase = (0..<4).map { _ in random.integer(in: 2...9) }
      let least = purchase[0] * purchase[1] + purchase[2] * purchase[3] + 1
      return purchase + [random.integer(in: least...least + 60)]
    },
    text: { n, cast in
      let (thing, other) = (cast.thing, cast.otherThing)
      return "One \(thing.singular) costs \(n[0]) dollars and one \(other.singular) costs \(n[2]) dollars."
        + " \(cast.name) buys \(n[1]) \(thing.plural) and \(n[3]) \(other.plural) and pays \(n[4]) dollars."
        + " How many dollars does \(cast.name) get back?"
    },
    steps: { n in
      [
        .product(.number(n[1]), .number(n[0])), .product(.number(n[3]), .number(n[2])), .sum(.result(0), .result(1)),
        .difference(.number(n[4]), .result(2)),
      ]
    },
    temptations: { n in
      [n[4] - n[0] * n[1], n[0] * n[1] + n[2] * n[3], n[4] - n[0] - n[2], n[4] - n[1] - n[3]]
    }
  )
}
