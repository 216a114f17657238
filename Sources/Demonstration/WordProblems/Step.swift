/// One step of a calculation, over the numbers of the question and the results of earlier steps.
struct Step: Sendable {
  enum Operation: String, Sendable {
    case plus = "+"
    case minus = "-"
    case times = "*"
  }

  enum Operand: Sendable {
    case number(Int)
    /// The result of the step with this index.
    case result(Int)
  }

  let left: Operand
  let operation: Operation
  let right: Operand

  static func sum(_ left: Operand, _ right: Operand) -> Step { Step(left: left, operation: .plus, right: right) }
  static func difference(_ left: Operand, _ right: Operand) -> Step { Step(left: left, operation: .minus, right: right) }
  static func product(_ left: Operand, _ right: Operand) -> Step { Step(left: left, operation: .times, right: right) }

  /// The equation that this step becomes once the results before it are known.
  func equation(after results: [Int]) -> Equation {
    let (left, right) = (value(of: left, after: results), value(of: right, after: results))
    let result =
      switch operation {
      case .plus: left + right
      case .minus: left - right
      case .times: left * right
      }
    return Equation(left: left, operation: operation, right: right, result: result)
  }

  private func value(of operand: Operand, after results: [Int]) -> Int {
    switch operand {
    case .number(let number): number
    case .result(let index): results[index]
    }
  }
}

extension Step.Operand: ExpressibleByIntegerLiteral {
  init(integerLiteral value: Int) { self = .number(value) }
}

/// `left operation right = result`, as it is written; right unless the writer slipped.
struct Equation: Sendable, Equatable {
  var left: Int
  var operation: Step.Operation
  var right: Int
  var result: Int

  /// The equation without spaces, as every answer and every arithmetic fact writes it.
  var text: String { "\(left)\(operation.rawValue)\(right)=\(result)" }
}
