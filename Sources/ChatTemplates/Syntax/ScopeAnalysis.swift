/// Finds the variables that a body sets before it reads them.
///
/// jinja2 compiles every body to a function whose variables begin undefined where the body's first use of a name is to set it,
/// even while inner bodies read the name earlier. A template that sets `tools` at its end thereby hides the `tools` it was called with from
/// its loops and macros; the output of real templates depends on it.
struct ScopeAnalysis {
  /// The names that a body uses itself, as opposed to the bodies inside of it.
  private final class Frame {
    let parent: Frame?
    var known: Set<NameIndex> = []
    var stored: Set<NameIndex> = []
    var hidden: Set<NameIndex> = []

    init(parent: Frame?) { self.parent = parent }

    func knows(_ name: NameIndex) -> Bool { known.contains(name) || isKnownOutside(name) }

    func isKnownOutside(_ name: NameIndex) -> Bool { parent?.knows(name) ?? false }

    func load(_ name: NameIndex) {
      if !knows(name) { known.insert(name) }
    }

    func store(_ name: NameIndex) {
      stored.insert(name)
      guard known.insert(name).inserted, !isKnownOutside(name) else { return }
      hidden.insert(name)
    }

    func declare(_ name: NameIndex) {
      stored.insert(name)
      known.insert(name)
      hidden.remove(name)
    }
  }

  private var hidden: [[NameIndex]]

  /// The names to hide in each of a template's bodies.
  static func hiddenNames(of body: ScopedBody, count: Int) -> [[NameIndex]] {
    var analysis = ScopeAnalysis(hidden: Array(repeating: [], count: count))
    analysis.visit(body, parent: nil) { _ in }
    return analysis.hidden
  }

  /// Visits a body, after its declarations, and then the bodies inside of it.
  private mutating func visit(_ body: ScopedBody, parent: Frame?, declaring: (Frame) -> Void) {
    let frame = Frame(parent: parent)
    declaring(frame)
    Self.visit(body.statements, in: frame)
    hidden[body.index] = frame.hidden.sorted()
    visitBodies(of: body.statements, in: frame)
  }

  private static func visit(_ statements: [TemplateStatement], in frame: Frame) {
    for statement in statements {
      switch statement.form {
      case .text, .breakLoop, .continueLoop, .generation: break
      case .output(let expression): load(expression, in: frame)
      case .condition(let branches, let otherwise): visit(branches[...], otherwise: otherwise, in: frame)
      case .loop(let loop): load(loop.iterable, in: frame)
      case .set(let target, let expression):
        load(expression, in: frame)
        store(target, in: frame)
      case .setBlock(let target, _, _): store(target, in: frame)
      case .filterBlock(let filter, _): load(filter, in: frame)
      case .with(let assignments, _): for assignment in assignments { load(assignment.value, in: frame) }
      case .macro(let macro): if let name = macro.nameIndex { frame.store(name) }
      case .callBlock(let call, _): load(call, in: frame)
      }
    }
  }

  /// A name that only some branches set has its outer value until then.
  private static func visit(
    _ branches: ArraySlice<(test: TemplateExpression, body: [TemplateStatement])>, otherwise: [TemplateStatement], in frame: Frame
  ) {
    let (known, stored, hidden) = (frame.known, frame.stored, frame.hidden)
    for branch in branches { load(branch.test, in: frame) }
    var all = (known: frame.known, stored: frame.stored, hidden: frame.hidden)
    for body in branches.map(\.body) + [otherwise] {
      (frame.known, frame.stored, frame.hidden) = (known.union(all.known), stored, hidden)
      visit(body, in: frame)
      all.known.formUnion(frame.known)
      all.stored.formUnion(frame.stored)
    }
    (frame.known, frame.stored, frame.hidden) = (all.known, all.stored, hidden)
  }

  private mutating func visitBodies(of statements: [TemplateStatement], in frame: Frame) {
    for statement in statements {
      switch statement.form {
      case .condition(let branches, let otherwise):
        for branch in branches { visitBodies(of: branch.body, in: frame) }
        visitBodies(of: otherwise, in: frame)
      case .loop(let loop):
        visit(loop.body, parent: frame) { Self.declare(loop.target, in: $0) }
        if let otherwise = loop.otherwise { visit(otherwise, parent: frame) { _ in } }
      case .setBlock(_, _, let body), .filterBlock(_, let body), .generation(let body): visit(body, parent: frame) { _ in }
      case .with(let assignments, let body):
        visit(body, parent: frame) { frame in for assignment in assignments { Self.declare(assignment.target, in: frame) } }
      case .macro(let macro), .callBlock(_, let macro):
        visit(macro.body, parent: frame) { frame in
          for parameter in macro.parameters {
            frame.declare(parameter.index)
            if let value = parameter.defaultValue { Self.load(value, in: frame) }
          }
        }
      case .text, .output, .set, .breakLoop, .continueLoop: break
      }
    }
  }

  private static func store(_ target: AssignmentTarget, in frame: Frame) {
    switch target {
    case .name(let name): frame.store(name)
    case .attribute(let namespace, _): frame.load(namespace)
    case .tuple(let targets): for target in targets { store(target, in: frame) }
    }
  }

  private static func declare(_ target: AssignmentTarget, in frame: Frame) {
    switch target {
    case .name(let name): frame.declare(name)
    case .attribute(let namespace, _): frame.load(namespace)
    case .tuple(let targets): for target in targets { declare(target, in: frame) }
    }
  }

  private static func load(_ expression: TemplateExpression, in frame: Frame) {
    if case .name(let name) = expression.form { frame.load(name) }
    for part in expression.parts { load(part, in: frame) }
  }
}

extension TemplateExpression {
  /// The expressions that this one is made of.
  fileprivate var parts: [TemplateExpression] {
    switch form {
    case .literal, .name, .collected: []
    case .tuple(let parts), .list(let parts), .concatenation(let parts), .all(let parts), .any(let parts): parts
    case .dictionary(let members): members.flatMap { [$0.key, $0.value] }
    case .attribute(let base, _), .not(let base), .sign(_, let base): [base]
    case .item(let base, let key): [base, key]
    case .slice(let base, let start, let stop, let step): [base] + [start, stop, step].compactMap { $0 }
    case .call(let base, let arguments), .filter(let base, _, let arguments), .test(let base, _, let arguments):
      [base] + arguments.expressions
    case .arithmetic(let first, let rest): [first] + rest.map(\.operand)
    case .comparison(let first, let rest): [first] + rest.map(\.operand)
    case .conditional(let test, let then, let otherwise): [test, then] + (otherwise.map { [$0] } ?? [])
    }
  }
}
