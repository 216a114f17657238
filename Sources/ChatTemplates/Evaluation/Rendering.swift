import Files

/// One run of a template: its variables, its output, and the bounds that hold for any template.
final class Rendering {
  /// The bounds of a run. The largest published template over a context of a million tokens stays below a tenth of each.
  enum Limit {
    /// Expressions evaluated, statements executed, elements made; and every sixteen bytes of text made or searched.
    static let steps = 20_000_000
    static let outputBytes = 64 << 20
    /// The bytes of one text.
    static let textBytes = 16 << 20
    /// The elements of one list.
    static let elements = 1_000_000
    /// How deep expressions, blocks and macro calls nest while they run.
    static let nesting = 900
    /// How deep lists and dictionaries nest.
    static let valueDepth = 100
    static let rangeElements = 100_000
    /// The count for each macro, namespace, loop and the like, whose memory is kept to the end of the run.
    static let stepsPerObject = 50
  }

  let tree: TemplateTree
  let time: TemplateTime?
  private(set) var steps = Limit.steps
  private var nesting = 0
  private var outputBytes = 0

  /// The line that ran last.
  var line = 1

  /// The variables given to the template, by the name's place in the template's table.
  private let context: [TemplateValue?]

  /// The names that loops and macros define on their own; nil where the template does not use them.
  let loopName: NameIndex?
  let callerName: NameIndex?
  let keywordsName: NameIndex?
  let positionalName: NameIndex?

  var scope = TemplateScope(parent: nil)
  var output: [UInt8] = []

  /// The output that an enclosing filter block has collected.
  var collected: TemplateValue = .none

  var macros: [MacroState] = []
  var namespaces: [NamespaceState] = []
  var loops: [LoopState] = []
  var generators: [ValueIterator] = []
  var cyclers: [CyclerState] = []
  /// For each joiner, its separator until it has been called.
  var joiners: [(separator: TemplateText, isUsed: Bool)] = []

  /// Prepares a run; `variables` hide the functions that every template has.
  init(_ tree: TemplateTree, variables: [String: TemplateValue], time: TemplateTime?) {
    self.tree = tree
    self.time = time
    loopName = tree.names.firstIndex(of: "loop")
    callerName = tree.names.firstIndex(of: "caller")
    keywordsName = tree.names.firstIndex(of: "kwargs")
    positionalName = tree.names.firstIndex(of: "varargs")
    context = tree.names.map { name in
      variables[name] ?? GlobalLibrary.functions[name].flatMap { name == "strftime_now" && time == nil ? nil : .function($0) }
    }
  }

  /// Renders the template.
  func run() throws -> [UInt8] {
    // Values that are computed on demand refer back to the rendering.
    defer { (loops, generators) = ([], []) }
    do {
      hide(tree.body)
      _ = try execute(tree.body.statements)
      return output
    } catch let problem as TemplateProblem {
      throw FileError(
        problem.isUnsupported ? .unsupported : .malformed, "\(tree.source): line \(line): \(problem.message)")
    }
  }

  func value(of name: NameIndex) -> TemplateValue {
    var scope: TemplateScope? = scope
    while let current = scope {
      if let value = current.value(of: name) { return value }
      scope = current.parent
    }
    return context[name] ?? .undefined(UndefinedValue(.name(tree.names[name])))
  }

  /// Makes the names undefined that a body sets before it reads them, so that outer values do not show through.
  func hide(_ body: ScopedBody) {
    for name in tree.hidden[body.index] { scope.set(name, to: .undefined(UndefinedValue(.name(tree.names[name])))) }
  }

  /// Counts work.
  func spend(_ count: Int) throws {
    steps -= count
    guard steps >= 0 else { throw TemplateProblem("the template takes more than \(Limit.steps) steps", isUnsupported: true) }
  }

  /// Counts an object that is kept to the end of the run.
  func spendObject() throws { try spend(Limit.stepsPerObject) }

  /// Counts work on a text.
  func spend(bytes: Int) throws { try spend(bytes / 16 + 1) }

  /// Refuses a text that would be too long; called before it is made, where its length is known.
  func check(size: Int) throws {
    guard size <= Limit.textBytes else {
      throw TemplateProblem("a text of \(size) bytes, expected at most \(Limit.textBytes)", isUnsupported: true)
    }
  }

  func check(elements: Int) throws {
    guard elements <= Limit.elements else {
      throw TemplateProblem("a list of \(elements) elements, expected at most \(Limit.elements)", isUnsupported: true)
    }
  }

  /// Runs `body` one level deeper, which bounds the stack.
  func nested<Result>(_ body: () throws -> Result) throws -> Result {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Limit.nesting else {
      throw TemplateProblem("the template calls itself, or nests, deeper than \(Limit.nesting) levels", isUnsupported: true)
    }
    return try body()
  }

  /// Adds to the output.
  func write(_ text: TemplateText) throws {
    try spend(bytes: text.bytes.count)
    outputBytes += text.bytes.count
    guard outputBytes <= Limit.outputBytes else {
      throw TemplateProblem("the output is longer than \(Limit.outputBytes) bytes", isUnsupported: true)
    }
    output += text.bytes
  }

  /// The output of `body`, as a text.
  func captured(_ body: () throws -> Void) throws -> TemplateText {
    let outer = output
    output = []
    defer { output = outer }
    try body()
    try check(size: output.count)
    return TemplateText(bytes: output)
  }

  /// Runs `body` with variables of its own inside of `parent`.
  func scoped<Result>(in parent: TemplateScope? = nil, _ body: () throws -> Result) rethrows -> Result {
    let outer = scope
    scope = TemplateScope(parent: parent ?? outer)
    defer { scope = outer }
    return try body()
  }

  /// Makes a list, within the bounds.
  func list(_ elements: [TemplateValue], isTuple: Bool = false) throws -> TemplateValue {
    try check(elements: elements.count)
    try spend(elements.count)
    let list = TemplateList(elements)
    let value = isTuple ? TemplateValue.tuple(list) : .list(list)
    try checkNesting(of: value)
    return value
  }

  private func checkNesting(of value: TemplateValue) throws {
    let (depth, weight) = (value.depth, value.weight)
    guard weight <= Limit.steps else {
      throw TemplateProblem("lists or dictionaries with more than \(Limit.steps) values in them", isUnsupported: true)
    }
    guard depth <= Limit.valueDepth else {
      throw TemplateProblem("lists or dictionaries nested deeper than \(Limit.valueDepth)", isUnsupported: true)
    }
  }

  /// Makes a dictionary, within the bounds.
  func dictionary(_ builder: DictionaryBuilder) throws -> TemplateValue {
    let dictionary = builder.finished()
    try spend(4 * dictionary.count)
    try check(elements: dictionary.count)
    try checkNesting(of: .dictionary(dictionary))
    return .dictionary(dictionary)
  }

  /// Makes a text, within the bounds.
  func text(_ text: TemplateText) throws -> TemplateValue {
    try spend(bytes: text.bytes.count)
    try check(size: text.bytes.count)
    return .text(text)
  }

  func texts(_ texts: [TemplateText]) throws -> TemplateValue { try list(texts.map { .text($0) }) }

  /// `str(value)`.
  func string(_ value: TemplateValue) throws -> TemplateText { try Representation.text(of: value, in: self) }
}
