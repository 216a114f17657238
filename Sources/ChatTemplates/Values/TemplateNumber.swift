import Foundation

/// A number with Python's arithmetic, except that an integer beyond 64 bits is an error.
enum TemplateNumber {
  case integer(Int)
  case float(Double)

  enum Order {
    case less, equal, greater
    /// One of the two is not a number.
    case unordered
  }

  var value: TemplateValue {
    switch self {
    case .integer(let value): .integer(value)
    case .float(let value): .float(value)
    }
  }

  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    }
  }

  func order(_ other: TemplateNumber) -> Order {
    switch (self, other) {
    case (.integer(let left), .integer(let right)): return left < right ? .less : left > right ? .greater : .equal
    case (.float(let left), .float(let right)): return left < right ? .less : left > right ? .greater : left == right ? .equal : .unordered
    case (.integer(let left), .float(let right)): return Self.order(left, right)
    case (.float(let left), .integer(let right)):
      switch Self.order(right, left) {
      case .less: return .greater
      case .greater: return .less
      case let order: return order
      }
    }
  }

  /// Exact, where converting the integer would round it.
  private static func order(_ left: Int, _ right: Double) -> Order {
    if right.isNaN { return .unordered }
    guard let whole = Int(exactly: right.rounded(.down)) else { return right > 0 ? .less : .greater }
    if left != whole { return left < whole ? .less : .greater }
    return right > right.rounded(.down) ? .less : .equal
  }
}

extension TemplateNumber {
  /// One arithmetic operation.
  static func apply(_ operation: ArithmeticOperator, _ left: TemplateNumber, _ right: TemplateNumber) throws -> TemplateNumber {
    if case .integer(let left) = left, case .integer(let right) = right, let result = try apply(operation, left, right) {
      return .integer(result)
    }
    let (a, b) = (left.double, right.double)
    switch operation {
    case .add: return .float(a + b)
    case .subtract: return .float(a - b)
    case .multiply: return .float(a * b)
    case .divide:
      guard b != 0 else { throw TemplateProblem("division by zero") }
      return .float(a / b)
    case .floorDivide:
      guard b != 0 else { throw TemplateProblem("float floor division by zero") }
      return .float(((a - floorRemainder(a, b)) / b).rounded())
    case .remainder:
      guard b != 0 else { throw TemplateProblem("float modulo by zero") }
      return .float(floorRemainder(a, b))
    case .power:
      guard a != 0 || b >= 0 else { throw TemplateProblem("0.0 cannot be raised to a negative power") }
      guard a >= 0 || b == b.rounded() else { throw TemplateProblem("a root of a negative number is not supported") }
      let result = pow(a, b)
      guard result.isFinite || !a.isFinite || !b.isFinite else { throw TemplateProblem("the result of ** is too large") }
      return .float(result)
    }
  }

  /// The integer result; nil where it is not an integer.
  private static func apply(_ operation: ArithmeticOperator, _ left: Int, _ right: Int) throws -> Int? {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = left.addingReportingOverflow(right)
    case .subtract: result = left.subtractingReportingOverflow(right)
    case .multiply: result = left.multipliedReportingOverflow(by: right)
    case .divide: return nil
    case .floorDivide, .remainder:
      guard right != 0 else { throw TemplateProblem("integer division or modulo by zero") }
      result = operation == .floorDivide ? floorQuotient(left, right) : (floorRemainder(left, right), false)
    case .power:
      guard right >= 0 else { return nil }
      result = power(left, right)
    }
    guard !result.overflow else { throw TemplateProblem("an integer beyond 64 bits is not supported") }
    return result.partialValue
  }

  private static func floorQuotient(_ left: Int, _ right: Int) -> (Int, Bool) {
    let (quotient, overflow) = left.dividedReportingOverflow(by: right)
    guard !overflow else { return (0, true) }
    return (floorRemainderIsAdjusted(left, right) ? quotient - 1 : quotient, false)
  }

  private static func floorRemainderIsAdjusted(_ left: Int, _ right: Int) -> Bool {
    let remainder = left.remainderReportingOverflow(dividingBy: right).partialValue
    return remainder != 0 && (remainder < 0) != (right < 0)
  }

  private static func floorRemainder(_ left: Int, _ right: Int) -> Int {
    let remainder = left.remainderReportingOverflow(dividingBy: right).partialValue
    return floorRemainderIsAdjusted(left, right) ? remainder + right : remainder
  }

  private static func floorRemainder(_ left: Double, _ right: Double) -> Double {
    let remainder = left.truncatingRemainder(dividingBy: right)
    if remainder == 0 { return right < 0 ? -0.0 : 0 }
    return (remainder < 0) != (right < 0) ? remainder + right : remainder
  }

  private static func power(_ base: Int, _ exponent: Int) -> (Int, Bool) {
    // One, zero and minus one have powers of any height.
    if base.magnitude <= 1 { return (exponent == 0 ? 1 : base < 0 && exponent.isMultiple(of: 2) ? 1 : base, false) }
    guard exponent < 64 else { return (0, true) }
    var result = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      guard !overflow else { return (0, true) }
      result = product
    }
    return (result, false)
  }
}
