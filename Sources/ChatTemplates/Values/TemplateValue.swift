/// A value that a template computes with: plain data, or a reference to an object that the rendering keeps. Through it a template reaches
/// only the data that it was given.
enum TemplateValue: Sendable {
  case undefined(UndefinedValue)
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case text(TemplateText)
  case list(TemplateList)
  case tuple(TemplateList)
  case dictionary(TemplateDictionary)
  case view(DictionaryView)
  indirect case range(TemplateRange)
  indirect case method(BoundMethod)
  case function(TemplateFunction)
  case object(ObjectReference)
}

/// The elements of a list or a tuple.
struct TemplateList: Sendable {
  let elements: [TemplateValue]

  /// How deep lists and dictionaries nest from here, at least 1.
  let depth: UInt16

  /// The cost of visiting every value in here.
  let weight: UInt32

  /// Whether this is a tuple of the filter `groupby`, whose elements have names.
  let isGroup: Bool

  /// Takes elements whose nesting the rendering has bounded.
  init(_ elements: [TemplateValue], isGroup: Bool = false) {
    self.elements = elements
    self.isGroup = isGroup
    depth = (elements.lazy.map(\.depth).max() ?? 0) + 1
    weight = elements.reduce(1) { $0.addingSaturated($1.weight) }
  }
}

/// A range of integers, as Python's `range`.
struct TemplateRange: Sendable, Equatable {
  let start: Int
  let stop: Int
  let step: Int
  let count: Int

  func element(_ index: Int) -> TemplateValue { .integer(start + index * step) }

  var elements: [TemplateValue] { (0..<count).map(element) }
}

/// A dictionary's keys, values or items.
struct DictionaryView: Sendable {
  enum Kind: String, Sendable {
    case keys, values, items
  }

  let kind: Kind
  let dictionary: TemplateDictionary

  var elements: [TemplateValue] {
    switch kind {
    case .keys: dictionary.keys
    case .values: dictionary.values
    case .items: zip(dictionary.keys, dictionary.values).map { .tuple(TemplateList([$0, $1])) }
    }
  }
}

/// A method of a value, not yet called.
struct BoundMethod: Sendable {
  let receiver: TemplateValue
  let name: String
}

/// A function that templates find under a name.
final class TemplateFunction: Sendable {
  typealias Body = @Sendable (Rendering, CallArguments) throws -> TemplateValue

  let name: String
  let body: Body

  init(_ name: String, _ body: @escaping Body) {
    self.name = name
    self.body = body
  }
}

/// An object with a state, which the rendering keeps in a table of its own. Values hold only its place in the table, so that no value can
/// hold itself or nest without bound.
struct ObjectReference: Sendable, Equatable {
  enum Kind: UInt8, Sendable {
    case macro, namespace, loop, generator, cycler, joiner
  }

  let kind: Kind
  let index: Int
}

extension TemplateValue {
  static func text(_ string: String) -> TemplateValue { .text(TemplateText(string)) }

  /// How deep lists and dictionaries nest in the value.
  var depth: UInt16 {
    switch self {
    case .list(let list), .tuple(let list): list.depth
    case .dictionary(let dictionary): dictionary.depth
    case .view(let view): view.dictionary.depth + 1
    case .method(let method): method.receiver.depth + 1
    default: 0
    }
  }

  /// The cost of visiting every value in this one: one for each, and one for every sixteen bytes of text. A list that holds another twice
  /// counts it twice, as a walk visits it twice.
  var weight: UInt32 {
    switch self {
    case .text(let text): UInt32(clamping: text.bytes.count / 16 + 1)
    case .list(let list), .tuple(let list): list.weight
    case .dictionary(let dictionary): dictionary.weight
    case .view(let view): view.dictionary.weight
    case .method(let method): method.receiver.weight
    case .range(let range): UInt32(clamping: range.count + 1)
    default: 1
    }
  }

  /// Python's name of the value's type, for messages.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .boolean: "bool"
    case .integer: "int"
    case .float: "float"
    case .text(let text): text.isMarkup ? "Markup" : "str"
    case .list: "list"
    case .tuple: "tuple"
    case .dictionary: "dict"
    case .view(let view): "dict_\(view.kind)"
    case .range: "range"
    case .method: "method"
    case .function: "function"
    case .object(let reference): "\(reference.kind)"
    }
  }

  var isUndefined: Bool {
    if case .undefined = self { return true }
    return false
  }

  var isNone: Bool {
    if case .none = self { return true }
    return false
  }
}

extension UInt32 {
  /// The sum, or the highest value where the sum is above it.
  func addingSaturated(_ other: UInt32) -> UInt32 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

/// A template's error at some place; the rendering adds the template's name and the line.
struct TemplateProblem: Error {
  let message: String

  /// Whether the construct is valid but not supported here.
  var isUnsupported = false

  init(_ message: String, isUnsupported: Bool = false) {
    self.message = message
    self.isUnsupported = isUnsupported
  }
}
