/// One kind of word problem: its text, the ranges of its numbers, the steps to its answer and the wrong answers that tempt.
struct Family: Sendable {
  let name: String
  let habits: HabitWeights
  /// Draws the numbers, in the order in which the other members take them.
  let draw: @Sendable (_ random: inout RandomWords) -> [Int]
  /// The question without its suffix.
  let text: @Sendable (_ numbers: [Int], _ cast: Cast) -> String
  let steps: @Sendable (_ numbers: [Int]) -> [Step]
  /// What a hasty reader answers; may contain the right answer by coincidence.
  let temptations: @Sendable (_ numbers: [Int]) -> [Int]

  /// Every family, in the order in which held-out questions cycle through them.
  static let all = [gain, bags, change, times, boxes, shop]
}

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
