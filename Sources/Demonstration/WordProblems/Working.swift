/// A calculation carried out step by step, perhaps with slips that later steps carry on.
struct Working: Sendable, Equatable {
  /// The equations in order; at least one.
  let equations: [Equation]

  /// How far a slip lands from the right result.
  static let slips = [-10, -9, -4, -3, -2, -1, 1, 2, 3, 4, 9, 10]

  var answer: Int { equations[equations.count - 1].result }

  /// Works without slips.
  init(_ steps: [Step]) {
    equations = Self.carryOn(steps[...], after: [])
  }

  /// Works with a slip in `slipPercent` of the steps. A slip that would make this or a later result negative is not made:
  /// the texts have no words for negative numbers.
  init(_ steps: [Step], slipPercent: Int, random: inout RandomWords) {
    var equations: [Equation] = []
    var results: [Int] = []
    for (index, step) in steps.enumerated() {
      var equation = step.equation(after: results)
      if random.chance(percent: slipPercent) {
        let right = equation.result
        let possible = Self.slips.filter { slip in
          right + slip >= 0
            && Self.carryOn(steps[(index + 1)...], after: results + [right + slip]).allSatisfy { $0.result >= 0 }
        }
        equation.result = right + random.element(of: possible)
      }
      equations.append(equation)
      results.append(equation.result)
    }
    self.equations = equations
  }

  private static func carryOn(_ steps: ArraySlice<Step>, after earlier: [Int]) -> [Equation] {
    var results = earlier
    return steps.map { step in
      let equation = step.equation(after: results)
      results.append(equation.result)
      return equation
    }
  }
}
