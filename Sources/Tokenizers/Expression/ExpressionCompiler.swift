/// Makes instructions of an expression's parts.
struct ExpressionCompiler {
  /// Expressions that need more instructions are refused.
  static let maximumInstructions = 20_000
  static let maximumSets = 64

  private var instructions: [Expression.Instruction] = []
  private var sets = ScalarTables()
  private var setNumbers: [ScalarSet] = []
  private var choices: [UInt32] = []
  private var alternatives: [Int32] = []

  static func compile(_ pattern: String) throws(ExpressionError) -> Expression {
    try compile(try ExpressionParser.parse(pattern))
  }

  /// Text as it stands.
  static func compile(literal text: String) throws(ExpressionError) -> Expression {
    try compile(.sequence(text.unicodeScalars.map { .set(ScalarSet($0)) }))
  }

  private static func compile(_ node: ExpressionNode) throws(ExpressionError) -> Expression {
    var compiler = ExpressionCompiler()
    try compiler.emit(node)
    try compiler.append(.accept)
    return Expression(
      instructions: compiler.instructions, sets: compiler.sets, choices: compiler.choices, alternatives: compiler.alternatives,
      firstBytes: compiler.firstBytes(node), isNullable: node.isNullable)
  }

  private var here: Int { instructions.count }

  private mutating func append(_ instruction: Expression.Instruction) throws(ExpressionError) {
    guard instructions.count < Self.maximumInstructions else {
      throw ExpressionError(position: 1, problem: "an expression of more than \(Self.maximumInstructions) steps")
    }
    instructions.append(instruction)
  }

  private mutating func number(of set: ScalarSet) throws(ExpressionError) -> Int {
    if let known = setNumbers.firstIndex(of: set) { return known }
    guard setNumbers.count < Self.maximumSets else {
      throw ExpressionError(position: 1, problem: "an expression of more than \(Self.maximumSets) classes")
    }
    setNumbers.append(set)
    return sets.add(set)
  }

  private mutating func emit(_ node: ExpressionNode) throws(ExpressionError) {
    switch node {
    case .empty: break
    case .set(let set):
      if let scalar = set.onlyScalar {
        for byte in Character(scalar).utf8 { try append(.byte(byte)) }
      } else {
        try append(.set(try number(of: set)))
      }
    case .sequence(let parts):
      for part in parts { try emit(part) }
    case .alternation(let parts): try emitAlternation(parts)
    case .repetition(let part, let minimum, let maximum, let greed): try emitRepetition(part, minimum, maximum, greed)
    case .atomic(let part): try emitBody(part) { .atomic(end: $0) }
    case .lookahead(.set(let set), let isNegated): try append(.lookSet(try number(of: set), isNegated: isNegated))
    case .lookahead(let part, let isNegated): try emitBody(part) { .look(end: $0, isNegated: isNegated) }
    case .lookbehind(let part, let width, let isNegated):
      try emitBody(part) { .lookBehind(end: $0, width: width, isNegated: isNegated) }
    case .assertion(let assertion): try append(.assertion(assertion))
    }
  }

  /// A part that is matched by itself, after an instruction that holds its end.
  private mutating func emitBody(
    _ part: ExpressionNode, _ instruction: (Int) -> Expression.Instruction
  ) throws(ExpressionError) {
    let start = here
    try append(.accept)
    try emit(part)
    try append(.accept)
    instructions[start] = instruction(here)
  }

  private mutating func emitRepetition(
    _ part: ExpressionNode, _ minimum: Int, _ maximum: Int?, _ greed: ExpressionNode.Greed
  ) throws(ExpressionError) {
    if case .set(let set) = part, greed != .lazy {
      try append(.run(set: try number(of: set), minimum: minimum, maximum: maximum ?? Int.max, isPossessive: greed == .possessive))
      return
    }
    if greed == .possessive {
      try emitBody(.repetition(part, minimum: minimum, maximum: maximum, .greedy)) { .atomic(end: $0) }
      return
    }
    for _ in 0..<minimum { try emit(part) }
    guard let maximum else {
      let loop = here
      try append(.accept)
      try emit(part)
      try append(.jump(loop))
      instructions[loop] = greed == .lazy ? .split(here, loop + 1) : .split(loop + 1, here)
      return
    }
    var exits: [Int] = []
    for _ in minimum..<maximum {
      exits.append(here)
      try append(.accept)
      try emit(part)
    }
    for exit in exits { instructions[exit] = greed == .lazy ? .split(here, exit + 1) : .split(exit + 1, here) }
  }

  private mutating func emitAlternation(_ parts: [ExpressionNode]) throws(ExpressionError) {
    // The table of a choice takes a kilobyte, which is acceptable for a few alternations.
    let table = parts.count < 256 && choices.count < 64 * 257 ? choices.count : nil
    if table != nil {
      choices.append(contentsOf: repeatElement(0, count: 257))
      try append(.choose((table ?? 0)))
    }
    var starts: [Int] = []
    var ends: [Int] = []
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      let branch = here
      if table == nil, !isLast { try append(.accept) }
      starts.append(here)
      try emit(part)
      if !isLast {
        ends.append(here)
        try append(.accept)
        if table == nil { instructions[branch] = .split(branch + 1, here) }
      }
    }
    for end in ends { instructions[end] = .jump(here) }
    if let table { fill(table, parts, starts) }
  }

  private mutating func fill(_ table: Int, _ parts: [ExpressionNode], _ starts: [Int]) {
    let first = parts.map { $0.isNullable ? ByteSet.all : firstBytes($0) }
    var known: [[Int32]: UInt32] = [:]
    for byte in 0...256 {
      let allowed = parts.indices.filter { byte == 256 ? parts[$0].isNullable : first[$0].contains(UInt8(byte)) }.map { Int32(starts[$0]) }
      if let packed = known[allowed] {
        choices[table + byte] = packed
      } else {
        let packed = UInt32(alternatives.count) << 8 | UInt32(allowed.count)
        alternatives.append(contentsOf: allowed)
        known[allowed] = packed
        choices[table + byte] = packed
      }
    }
  }

  /// The bytes that a match of a part may begin with; an empty match adds none.
  private func firstBytes(_ node: ExpressionNode) -> ByteSet {
    switch node {
    case .empty, .lookahead, .lookbehind, .assertion: return ByteSet()
    case .set(let set): return set.firstBytes
    case .sequence(let parts):
      var bytes = ByteSet()
      for part in parts {
        bytes = bytes.union(firstBytes(part))
        if !part.isNullable { break }
      }
      return bytes
    case .alternation(let parts): return parts.reduce(ByteSet()) { $0.union(firstBytes($1)) }
    case .repetition(_, _, 0, _): return ByteSet()
    case .repetition(let part, _, _, _), .atomic(let part): return firstBytes(part)
    }
  }
}

extension ScalarSet {
  /// The set's scalar, where it has one only.
  fileprivate var onlyScalar: Unicode.Scalar? {
    guard ranges.count == 1, ranges[0].count == 1 else { return nil }
    return Unicode.Scalar(ranges[0].lowerBound)
  }

  /// The bytes that the UTF-8 of a scalar of the set begins with.
  fileprivate var firstBytes: ByteSet {
    var bytes = ByteSet()
    for byte in UInt8.min...UInt8.max {
      guard let scalars = ScalarTables.scalars(beginningWith: UInt32(byte)), let range = firstRange(endingFrom: scalars.lowerBound),
        range.lowerBound <= scalars.upperBound
      else { continue }
      bytes.insert(byte)
    }
    return bytes
  }
}
