extension Family {
  /// A multiple of someone else's, and more: a*k, then r+b.
  static let times = Family(
    name: "times",
    habits: HabitWeights(careful: 30, direct: 32),
    draw: { random in [random.integer(in: 3...12), random.integer(in: 2...9), random.integer(in: 2...60)] },
    text: { n, cast in
      let (other, things) = (cast.otherName, cast.thing.plural)
      return "\(cast.name) has \(n[0]) \(things). \(other) has \(n[1]) times as many and gets \(n[2]) more."
        + " How many \(things) does \(other) have?"
    },
    steps: { n in [.product(.number(n[0]), .number(n[1])), .sum(.result(0), .number(n[2]))] },
    temptations: { n in [n[0] + n[1] + n[2], n[0] * n[1], n[0] + n[2], n[1] + n[2]] }
  )
}
