import Files

/// Reads a template's tokens into a tree. Constructs that chat templates do not use are refused here, by name.
struct TemplateParser {
  /// Blocks and brackets nested deeper than this are refused, which bounds the parser's stack.
  static let maximumNesting = 100

  /// An expression's tree is at most this high, which bounds the stack of everything that walks it.
  static let maximumHeight = 250

  let template: String
  let tokens: [TemplateToken]
  var position = 0
  var nesting = 0

  var names: [String] = []
  private var nameIndices: [String: NameIndex] = [:]

  /// The names that each macro around the current place has used.
  var usedNames: [Set<String>] = [[]]

  /// How many loops of the current function are around the current place; a `break` needs one.
  var loopNesting = 0

  /// Whether the current place is inside a condition, where an unknown filter or test may never be reached.
  var isConditional = false

  /// How many loops are around the current place, across all functions.
  var outerLoops = 0

  private var bodyCount = 0

  /// The unknown filters and tests that are certain to be reached.
  var refusals: [FileError] = []

  /// Reads a template.
  static func tree(of source: String, name: String) throws -> TemplateTree {
    var parser = TemplateParser(template: name, tokens: try TemplateLexer.tokens(of: source, name: name))
    let body = parser.scoped(try parser.parseBody(until: []))
    if let refusal = parser.refusals.first { throw refusal }
    return TemplateTree(
      source: name, names: parser.names, body: body, hidden: ScopeAnalysis.hiddenNames(of: body, count: parser.bodyCount))
  }

  private init(template: String, tokens: [TemplateToken]) {
    self.template = template
    self.tokens = tokens
  }

  var token: TemplateToken { tokens[position] }

  /// The token after the current one; the last one stands for all that would follow.
  var following: TemplateToken { tokens[min(position + 1, tokens.count - 1)] }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  func failure(_ problem: String, line: Int? = nil, _ code: FileError.Code = .malformed) -> FileError {
    FileError(code, "\(template): line \(line ?? token.line): \(problem)")
  }

  func isName(_ name: String) -> Bool { token.form == .name(name) }

  func isSymbol(_ symbol: String) -> Bool { token.form == .symbol(symbol) }

  mutating func takeName(_ name: String) -> Bool {
    guard isName(name) else { return false }
    advance()
    return true
  }

  mutating func takeSymbol(_ symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func expect(_ form: TemplateToken.Form) throws {
    guard token.form == form else {
      throw failure("expected \(TemplateToken(form: form, line: 0).summary), found \(token.summary)")
    }
    advance()
  }

  mutating func expectName() throws -> String {
    guard case .name(let name) = token.form else { throw failure("expected a name, found \(token.summary)") }
    advance()
    return name
  }

  /// The place of a name in the template's table.
  mutating func index(of name: String) -> NameIndex {
    if let index = nameIndices[name] { return index }
    nameIndices[name] = names.count
    names.append(name)
    return names.count - 1
  }

  /// Makes a body with variables of its own.
  mutating func scoped(_ statements: [TemplateStatement]) -> ScopedBody {
    defer { bodyCount += 1 }
    return ScopedBody(statements: statements, index: bodyCount)
  }

  /// Runs `body` one level deeper.
  mutating func nested<Result>(_ body: (inout TemplateParser) throws -> Result) throws -> Result {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else {
      throw failure("blocks or brackets nested deeper than \(Self.maximumNesting)", .unsupported)
    }
    return try body(&self)
  }

  /// Notes an unknown construct. If it may never be reached, it is an error only when it is reached.
  mutating func refuse(_ construct: String, line: Int) {
    if !isConditional { refusals.append(failure("\(construct) is not supported", line: line, .unsupported)) }
  }

  /// Makes an expression over its parts.
  func expression(
    _ form: TemplateExpression.Form, line: Int, over parts: [TemplateExpression] = []
  ) throws -> TemplateExpression {
    let height = (parts.lazy.map(\.height).max() ?? 0) + 1
    guard height <= Self.maximumHeight else {
      throw failure("an expression nested deeper than \(Self.maximumHeight)", line: line, .unsupported)
    }
    return TemplateExpression(line: line, height: height, form: form)
  }
}
