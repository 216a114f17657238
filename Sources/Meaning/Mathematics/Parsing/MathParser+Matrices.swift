/// Calculation with matrices, and with tuples where nothing else can be meant: it is done while reading, so that what is read is a matrix of
/// expressions, a tuple of them, or an expression.
extension MathParser {
  /// A value on the way to an answer.
  enum LinearValue {
    case scalar(Expression)
    case matrix(Matrix)
    /// A matrix of what are no expressions, which can only stand alone.
    case node(AnswerNode)

    init(_ matrix: Matrix) {
      // As the judge has it, a number is a matrix of one entry.
      self = matrix.entries.count == 1 && !matrix.isTuple ? .scalar(matrix.entries[0]) : .matrix(matrix)
    }

    var node: AnswerNode {
      switch self {
      case .scalar(let expression): return .scalar(expression)
      case .node(let node): return node
      case .matrix(let matrix) where matrix.isTuple:
        return .bracketed(open: .round, items: matrix.entries.map(AnswerNode.scalar), close: .round)
      case .matrix(let matrix):
        let rows = (0..<matrix.rows).map { row in (0..<matrix.columns).map { AnswerNode.scalar(matrix[row, $0]) } }
        return .matrix(rows)
      }
    }
  }

  /// Terms joined by signs, of which some hold matrices.
  mutating func linearCombination() throws(Failure) -> LinearValue {
    try nested { parser throws(Failure) in
      var sum = try parser.signedLinearTerm()
      while let sign = parser.takeSign() {
        var term = try parser.signedLinearTerm()
        if sign < 0 { term = try Self.negated(term) }
        sum = try parser.checked(Self.sum(sum, term))
      }
      return sum
    }
  }

  private mutating func signedLinearTerm() throws(Failure) -> LinearValue {
    var sign = 1
    while let next = takeSign() { sign *= next }
    let term = try linearTerm()
    return sign < 0 ? try Self.negated(term) : term
  }

  /// Factors joined by signs of multiplication and division, or by nothing.
  private mutating func linearTerm() throws(Failure) -> LinearValue {
    var result = try linearFactor()
    while let token = next {
      switch token {
      case .symbol(.times):
        advance()
        result = try checked(Self.product(result, try signedLinearFactor()))
      case .symbol(.divide):
        advance()
        result = try checked(Self.quotient(result, try signedLinearFactor()))
      case let token where startsFactor(token) || nextIs(.openAngle):
        result = try checked(Self.product(result, try linearFactor()))
      default:
        return result
      }
    }
    return result
  }

  private mutating func signedLinearFactor() throws(Failure) -> LinearValue {
    var sign = 1
    while let next = takeSign() { sign *= next }
    let factor = try linearFactor()
    return sign < 0 ? try Self.negated(factor) : factor
  }

  /// A matrix, a tuple, something in brackets or a fraction that holds one, each with its powers, or a factor of an expression.
  private mutating func linearFactor() throws(Failure) -> LinearValue {
    try nested { parser throws(Failure) in
      let value: LinearValue
      switch parser.next {
      case .begin(.matrix):
        parser.advance()
        value = try parser.matrix()
      case .symbol(.openParenthesis) where parser.opensRow(at: parser.position), .symbol(.openAngle):
        value = .matrix(try parser.row())
      case .symbol(.openParenthesis) where parser.holdsMatrix(inGroupAt: parser.position): value = try parser.linearGroup(.closeParenthesis)
      case .symbol(.openBracket) where parser.holdsMatrix(inGroupAt: parser.position): value = try parser.linearGroup(.closeBracket)
      case .symbol(.openBrace) where parser.holdsMatrix(inGroupAt: parser.position): value = try parser.linearGroup(.closeBrace)
      case .fraction where parser.token(1) == .symbol(.openBrace) && parser.holdsMatrix(inGroupAt: parser.position + 1):
        parser.advance()
        let dividend = try parser.linearGroup(.closeBrace)
        value = try parser.checked(Self.quotient(dividend, .scalar(try parser.argument())))
      default:
        return .scalar(try parser.factor())
      }
      return try parser.withPowers(value)
    }
  }

  private mutating func linearGroup(_ close: MathToken.Symbol) throws(Failure) -> LinearValue {
    advance()
    return try inBrackets { parser throws(Failure) in
      let value = try parser.linearCombination()
      try parser.expect(close)
      return value
    }
  }

  /// The rows of a matrix up to its end.
  private mutating func matrix() throws(Failure) -> LinearValue {
    guard case .matrix(let rows) = try rows(of: .matrix) else { throw Failure() }
    guard let matrix = Matrix(rows) else { return .node(.matrix(rows)) }
    return LinearValue(matrix)
  }

  /// `(1, 2)`, whose parts are expressions.
  private mutating func row() throws(Failure) -> Matrix {
    let close: MathToken.Symbol = nextIs(.openAngle) ? .closeAngle : .closeParenthesis
    advance()
    return try inBrackets { parser throws(Failure) in
      var items = [try parser.expression().folded()]
      while parser.take(.comma) || parser.take(.digitComma) { items.append(try parser.expression().folded()) }
      try parser.expect(close)
      return Matrix(columns: items.count, items, isTuple: true)
    }
  }

  /// Whole powers and transposes.
  private mutating func withPowers(_ value: LinearValue) throws(Failure) -> LinearValue {
    if case .scalar(let expression) = value {
      // The transpose of a number.
      if nextIs(.caret), takeTransposition() { return value }
      return .scalar(try withPostfixes(expression))
    }
    guard case .matrix(var matrix) = value else { return value }
    let start = position
    while nextIs(.caret) {
      guard position - start <= Self.maximumDepth else { throw Failure() }
      if takeTransposition() {
        guard let transposed = matrix.transposed else { throw Failure() }
        matrix = transposed
      } else {
        advance()
        guard let exponent = try exponent().whole else { throw Failure() }
        matrix = try power(of: matrix, exponent)
      }
    }
    return LinearValue(matrix)
  }

  /// `^T`, `^{\top}` and the like at the front.
  private mutating func takeTransposition() -> Bool {
    let isBraced = token(1) == .symbol(.openBrace)
    switch token(isBraced ? 2 : 1) {
    case .letter("T"), .word("T"), .symbol(.transpose): break
    default: return false
    }
    guard !isBraced || token(3) == .symbol(.closeBrace) else { return false }
    advance(by: isBraced ? 4 : 2)
    return true
  }

  /// The largest exponent of a matrix.
  private static let maximumPower = 1000

  private mutating func power(of matrix: Matrix, _ exponent: Int) throws(Failure) -> Matrix {
    guard matrix.isSquare, !matrix.isTuple, exponent.magnitude <= Self.maximumPower else { throw Failure() }
    guard var base = exponent < 0 ? matrix.inverse : matrix else { throw Failure() }
    try spend(on: base)
    var result: Matrix?
    var rest = exponent.magnitude
    while rest > 0 {
      if rest & 1 == 1 { result = try product(result, base) }
      rest >>= 1
      if rest > 0 { base = try product(base, base) }
    }
    return result ?? .identity(matrix.rows)
  }

  private mutating func product(_ left: Matrix?, _ right: Matrix) throws(Failure) -> Matrix {
    guard let left else { return right }
    guard let product = left.multiplied(by: right) else { throw Failure() }
    try spend(on: product)
    return product
  }

  /// The most bits of an exact number in a matrix that was calculated.
  private static let maximumBits = 512

  private mutating func spend(on matrix: Matrix) throws(Failure) {
    for case .number(let number) in matrix.entries where number.longBits > Self.maximumBits { throw Failure() }
    guard allowance.spend(matrix.entries.count), allowance.spend(on: matrix.entries) else { throw Failure() }
  }

  private mutating func checked(_ value: LinearValue?) throws(Failure) -> LinearValue {
    guard let value else { throw Failure() }
    if case .matrix(let matrix) = value { try spend(on: matrix) }
    return value
  }
}

// MARK: - Determinants

extension MathParser {
  /// `\begin{vmatrix}…\end{vmatrix}`, whose beginning is taken.
  mutating func determinant() throws(Failure) -> Expression {
    let rows = try nested { parser throws(Failure) in try parser.rows(of: .determinant) }
    guard case .matrix(let nodes) = rows, let matrix = Matrix(nodes) else { throw Failure() }
    return try determinant(of: matrix)
  }

  /// The matrix behind `\det`, which is taken.
  mutating func operandOfDeterminant() throws(Failure) -> Expression {
    try nested { parser throws(Failure) in
      guard parser.next == .begin(.matrix) || parser.holdsMatrix(inGroupAt: parser.position) else { throw Failure() }
      switch try parser.linearFactor() {
      case .matrix(let matrix): return try parser.determinant(of: matrix)
      case .scalar(let expression): return expression
      case .node: throw Failure()
      }
    }
  }

  /// Whether what stands between the bar at the front and the next one holds a matrix.
  var isBarBeforeMatrix: Bool {
    guard hasMatrices else { return false }
    var index = position + 1
    while index < end {
      switch lexemes[index].token {
      case .begin(.matrix): return true
      case .symbol(.bar), .symbol(.closeBar), .symbol(.openBar): return false
      default: break
      }
      index += 1
    }
    return false
  }

  /// `|A|`: the determinant of a square matrix, the length of a vector.
  mutating func barredMatrix() throws(Failure) -> Expression {
    advance()
    return try inBars { parser throws(Failure) in
      let value = try parser.linearCombination()
      guard parser.take(.bar) || parser.take(.closeBar) else { throw Failure() }
      switch value {
      case .scalar(let expression): return .function(.abs, [expression])
      case .matrix(let matrix):
        guard let magnitude = matrix.magnitude else { return try parser.determinant(of: matrix) }
        return magnitude
      case .node: throw Failure()
      }
    }
  }

  private mutating func determinant(of matrix: Matrix) throws(Failure) -> Expression {
    guard let determinant = matrix.determinant, allowance.spend(on: [determinant]) else { throw Failure() }
    return determinant
  }
}

// MARK: - Operations

extension MathParser {
  private static func negated(_ value: LinearValue) throws(Failure) -> LinearValue {
    switch value {
    case .scalar(let expression): return .scalar(.negation(expression))
    case .matrix(let matrix): return .matrix(matrix.negated)
    case .node: throw Failure()
    }
  }

  private static func sum(_ left: LinearValue, _ right: LinearValue) -> LinearValue? {
    switch (left, right) {
    case (.scalar(let left), .scalar(let right)): .scalar(.sum([left, right]))
    case (.matrix(let left), .matrix(let right)): left.adding(right).map { LinearValue($0) }
    default: nil
    }
  }

  private static func product(_ left: LinearValue, _ right: LinearValue) -> LinearValue? {
    switch (left, right) {
    case (.scalar(let left), .scalar(let right)): .scalar(.product([left, right]))
    case (.scalar(let scalar), .matrix(let matrix)), (.matrix(let matrix), .scalar(let scalar)):
      .matrix(matrix.multiplied(by: scalar.folded()))
    case (.matrix(let left), .matrix(let right)): left.multiplied(by: right).map { LinearValue($0) }
    default: nil
    }
  }

  private static func quotient(_ left: LinearValue, _ right: LinearValue) -> LinearValue? {
    guard case .scalar(let divisor) = right else { return nil }
    switch left {
    case .scalar(let dividend): return .scalar(.quotient(dividend, divisor))
    case .matrix(let matrix): return .matrix(matrix.divided(by: divisor.folded()))
    case .node: return nil
    }
  }
}

extension Matrix {
  /// Nil where an entry is no expression.
  fileprivate init?(_ rows: [[AnswerNode]]) {
    var entries: [Expression] = []
    var steps = Survey.stepsOfFolding
    for case let node in rows.joined() {
      guard case .scalar(let expression) = node, case let entry = expression.folded(&steps), steps >= 0 else { return nil }
      entries.append(entry)
    }
    self.init(columns: rows[0].count, entries)
  }
}
