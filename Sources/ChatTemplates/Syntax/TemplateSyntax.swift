/// An arithmetic operation.
enum ArithmeticOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
}

/// How a template compares.
enum ComparisonOperator: String, Sendable {
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contained = "in"
  case notContained = "not in"
}

/// An expression of a template.
struct TemplateExpression: Sendable {
  /// The line it begins at, from 1.
  let line: Int

  /// How deep the tree is from here. The parser bounds it, and with it the stack of everything that walks the tree.
  let height: Int

  let form: Form

  indirect enum Form: Sendable {
    case literal(TemplateValue)
    case name(NameIndex)
    case tuple([TemplateExpression])
    case list([TemplateExpression])
    case dictionary([(key: TemplateExpression, value: TemplateExpression)])
    case attribute(TemplateExpression, TemplateText)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, start: TemplateExpression?, stop: TemplateExpression?, step: TemplateExpression?)
    case call(TemplateExpression, ArgumentList)
    case filter(TemplateExpression, NamedFilter, ArgumentList)
    case test(TemplateExpression, NamedTest, ArgumentList)
    case not(TemplateExpression)
    case sign(isMinus: Bool, TemplateExpression)
    /// Operators of one precedence, from the left.
    case arithmetic(TemplateExpression, [(operation: ArithmeticOperator, operand: TemplateExpression)])
    case concatenation([TemplateExpression])
    case comparison(TemplateExpression, [(operation: ComparisonOperator, operand: TemplateExpression)])
    case all([TemplateExpression])
    case any([TemplateExpression])
    case conditional(TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
    /// The output that a filter block or a filtered `set` block has collected.
    case collected
  }
}

/// A name's place in the template's table of names.
typealias NameIndex = Int

/// The arguments of a call as they are written.
struct ArgumentList: Sendable {
  var positional: [TemplateExpression] = []
  var keywords: [(name: String, value: TemplateExpression)] = []
  /// The value after `*`.
  var spread: TemplateExpression?
  /// The value after `**`.
  var keywordSpread: TemplateExpression?

  var expressions: [TemplateExpression] {
    positional + keywords.map(\.value) + [spread, keywordSpread].compactMap { $0 }
  }
}

/// A filter by its name. An unknown one is an error when it is read, except where it may never be reached.
struct NamedFilter: Sendable {
  let name: String
  let function: FilterLibrary.Filter?
}

/// A test by its name.
struct NamedTest: Sendable {
  let name: String
  let function: TestLibrary.Test?
}

/// The target of `set`, `for` and `with`.
indirect enum AssignmentTarget: Sendable {
  case name(NameIndex)
  case attribute(namespace: NameIndex, name: String)
  case tuple([AssignmentTarget])
}

/// A statement of a template.
struct TemplateStatement: Sendable {
  let line: Int
  let form: Form

  indirect enum Form: Sendable {
    case text(TemplateText)
    case output(TemplateExpression)
    case condition([(test: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
    case loop(LoopStatement)
    case set(AssignmentTarget, TemplateExpression)
    case setBlock(AssignmentTarget, filter: TemplateExpression?, body: ScopedBody)
    case filterBlock(TemplateExpression, body: ScopedBody)
    case with([(target: AssignmentTarget, value: TemplateExpression)], body: ScopedBody)
    case macro(MacroStatement)
    case callBlock(call: TemplateExpression, caller: MacroStatement)
    case generation(ScopedBody)
    case breakLoop
    case continueLoop
  }
}

/// Statements with variables of their own.
struct ScopedBody: Sendable {
  let statements: [TemplateStatement]

  /// The body's place among the template's.
  let index: Int
}

/// A `for` with all its parts.
struct LoopStatement: Sendable {
  let target: AssignmentTarget
  let iterable: TemplateExpression
  let condition: TemplateExpression?
  let isRecursive: Bool
  let body: ScopedBody
  let otherwise: ScopedBody?
}

/// A `macro`, or the body of a `call`.
struct MacroStatement: Sendable {
  let name: String
  let nameIndex: NameIndex?
  let parameters: [(name: String, index: NameIndex, defaultValue: TemplateExpression?)]
  let body: ScopedBody
  /// Whether the body asks for `caller`, `kwargs` and `varargs`.
  let usesCaller: Bool
  let usesKeywords: Bool
  let usesPositional: Bool
}

/// A template that has been read.
struct TemplateTree: Sendable {
  let source: String
  let names: [String]
  let body: ScopedBody

  /// For each body, the names that are undefined in it until they are set, even if they have an outer value.
  let hidden: [[NameIndex]]
}
