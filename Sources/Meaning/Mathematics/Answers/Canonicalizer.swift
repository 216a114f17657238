/// Brings what was written to one form for each meaning.
///
/// The conventions, each of which is a choice of form, so that together they stay an equivalence relation:
/// - a name is dropped: `x = 3`, `f(x) = 2x` and `3`, `2x` are the same, hence also `x = 3` and `y = 3`;
/// - assignments to several variables are the tuple of their values in the order of the variables' names;
/// - an inequality in one variable is the set of its solutions, an equation that is linear in its only variable the solution, one that is
///   linear in `y` what `y` is, any other what it says up to a factor;
/// - `(a, b)` is an open interval where a < b are numbers, and a pair otherwise; both in one form, so pair and interval are the same there;
/// - a set by a condition on one variable is where that holds, whatever the variable is called;
/// - a list is a set, a set of one is its member, and several answers joined by "or" are a set as well.
struct Canonicalizer {
  /// What an element of an answer comes to, with what a list of such elements needs to know.
  enum Meaning {
    case plain(MathKey.Form)
    case named(String, Component)
    case solutions(variable: String, Region)
    case interval(Region, isPair: Bool)

    var form: MathKey.Form {
      switch self {
      case .plain(let form): form
      case .named(_, let component): component.form
      case .solutions(_, let region), .interval(let region, _): MathKey.Form(region)
      }
    }
  }

  /// A part of a tuple, and its place on the real line if it has one.
  struct Component {
    var form: MathKey.Form
    var bound: Region.Bound?

    init(_ form: MathKey.Form) { self.form = form }

    init(_ scalar: Scalar) {
      form = .scalar(scalar.key)
      if let value = scalar.real, value.isFinite { bound = Region.Bound(key: scalar.key, value: value) }
    }
  }

  let options: ValueOptions

  /// The expressions whose values decide, in the order in which they were met.
  private(set) var scalars: [Expression] = []

  /// Whether an equation or inequality takes part that no single expression stands for.
  var hasRelations = false

  /// The steps that are left for values at sample points.
  private var steps = Survey.sampleSteps

  /// The steps that are left for folding constants.
  private var stepsOfFolding = Survey.stepsOfFolding

  init(options: ValueOptions) { self.options = options }

  /// The form of an answer; nil where a part has no value.
  mutating func form(of node: AnswerNode) -> MathKey.Form? { meaning(of: node)?.form }

  mutating func meaning(of node: AnswerNode) -> Meaning? {
    switch node {
    case .scalar(let expression):
      return scalar(expression).map { .plain(.scalar($0.key)) }
    case .bracketed(let open, let items, let close):
      return bracketed(items, open: open, close: close)
    case .set(let items):
      var forms: [MathKey.Form] = []
      for item in items {
        guard let form = form(of: item) else { return nil }
        forms.append(form)
      }
      return .plain(.anyOf(forms))
    case .list(let items, let conjunction):
      return list(items, conjunction)
    case .matrix(let rows):
      guard let forms = forms(of: rows.flatMap { $0 }) else { return nil }
      return .plain(forms.count == 1 ? forms[0] : .matrix(columns: rows[0].count, forms))
    case .relation(let sides, let relations):
      return relation(sides, relations)
    case .membership(_, let right):
      return meaning(of: right)
    case .builder(let variables, let domain, let condition):
      return builder(variables, domain: domain, condition: condition)
    case .union, .intersection, .without, .reals:
      return region(of: node).map { .interval($0, isPair: false) } ?? unionOfSets(node).map { .plain($0) }
    case .ratio(let terms):
      return ratio(terms).map { .plain($0) }
    case .time(let minutes):
      return .plain(.time(minutes: minutes))
    case .date(let year, let month, let day):
      return .plain(.date(year: year, month: month, day: day))
    case .words(let words):
      return .plain(.words(words))
    }
  }

  mutating func forms(of nodes: [AnswerNode]) -> [MathKey.Form]? {
    var forms: [MathKey.Form] = []
    for node in nodes {
      guard let form = form(of: node) else { return nil }
      forms.append(form)
    }
    return forms
  }

  mutating func scalar(_ expression: Expression) -> Scalar? {
    guard let expression = folded(expression) else { return nil }
    scalars.append(expression)
    return expression.scalar(options, &steps)
  }

  /// The expression folded; nil where an answer asks for too much of that.
  mutating func folded(_ expression: Expression) -> Expression? {
    let folded = expression.folded(&stepsOfFolding)
    return stepsOfFolding >= 0 ? folded : nil
  }

  mutating func solution(of difference: Expression) -> Scalar? { difference.solution(options, &steps) }

  mutating func orderKey(of difference: Expression, isStrict: Bool) -> ScalarKey? {
    difference.orderKey(isStrict: isStrict, options, &steps)
  }
}
