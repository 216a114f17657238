extension Family {
  /// Some come, some go: a+b, then r-c.
  static let gain = Family(
    name: "gain",
    habits: HabitWeights(careful: 40, direct: 22),
    draw: { random in
      let a = random.integer(in: 10...99)
      let b = random.integer(in: 10...60)
      return [a, b, random.integer(in: 3...min(a + b - 1, 99))]
    },
    text: { n, cast in
      let (name, things) = (cast.name, cast.thing.plural)
      return "\(name) has \(n[0]) \(things). \(name) buys \(n[1]) \(things) and gives away \(n[2]). How many \(things) are left?"
    },
    steps: { n in [.sum(.number(n[0]), .number(n[1])), .difference(.result(0), .number(n[2]))] },
    temptations: { n in [n[0] + n[1], n[0] >= n[2] ? n[0] - n[2] : n[1], n[0] + n[1] + n[2], n[1]] }
  )
}
