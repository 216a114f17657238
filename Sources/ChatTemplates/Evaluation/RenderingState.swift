/// The variables of a block that has its own.
final class TemplateScope {
  let parent: TemplateScope?
  private var names: [NameIndex] = []
  private var values: [TemplateValue] = []

  init(parent: TemplateScope?) { self.parent = parent }

  func value(of name: NameIndex) -> TemplateValue? { names.firstIndex(of: name).map { values[$0] } }

  func set(_ name: NameIndex, to value: TemplateValue) {
    if let place = names.firstIndex(of: name) {
      values[place] = value
    } else {
      names.append(name)
      values.append(value)
    }
  }
}

/// A macro, with the variables around its definition.
struct MacroState {
  let statement: MacroStatement
  let scope: TemplateScope

  var name: String { statement.name }
}

/// The object of `namespace()`: the only one that a template can change from inside a loop.
struct NamespaceState {
  private var names: [TemplateText] = []
  private var values: [TemplateText: TemplateValue] = [:]

  func value(of name: TemplateText) -> TemplateValue? { values[name] }

  mutating func set(_ name: TemplateText, to value: TemplateValue) throws {
    guard !name.hasPrefix("_") else {
      throw TemplateProblem("a namespace cannot have the attribute '\(name.string)': it begins with an underscore")
    }
    if values.updateValue(value, forKey: name) == nil { names.append(name) }
  }

  func dictionary() -> TemplateDictionary {
    var builder = DictionaryBuilder()
    for name in names { builder.insert(values[name] ?? .none, at: .text(name)) }
    return builder.finished()
  }
}

/// The object of `cycler()`.
struct CyclerState {
  let items: [TemplateValue]
  var position = 0

  var current: TemplateValue { items[position] }
}

/// Gives values one after another, once.
final class ValueIterator {
  /// How many there are in all, where that is known without asking for them.
  let count: Int?
  private let advance: () throws -> TemplateValue?

  init(count: Int? = nil, _ advance: @escaping () throws -> TemplateValue?) {
    self.count = count
    self.advance = advance
  }

  convenience init(_ elements: [TemplateValue]) {
    var position = 0
    self.init(count: elements.count) {
      guard position < elements.count else { return nil }
      position += 1
      return elements[position - 1]
    }
  }

  func next() throws -> TemplateValue? { try advance() }

  /// All that are left.
  func rest() throws -> [TemplateValue] {
    var values: [TemplateValue] = []
    while let value = try next() { values.append(value) }
    return values
  }
}

/// The object that a template sees as `loop`.
final class LoopState {
  let statement: LoopStatement
  /// The variables around the loop, for its recursion.
  let scope: TemplateScope
  /// How many recursive calls are around this one.
  let depth0: Int

  private var source: ValueIterator
  private var knownLength: Int?
  private var following: TemplateValue?
  private(set) var index0 = -1
  private(set) var current: TemplateValue?
  private(set) var previous: TemplateValue?
  var lastChanged: [TemplateValue]?

  init(_ statement: LoopStatement, over source: ValueIterator, scope: TemplateScope, depth0: Int) {
    self.statement = statement
    self.source = source
    self.scope = scope
    self.depth0 = depth0
    knownLength = source.count
  }

  func next() throws -> TemplateValue? {
    guard let value = try peek() else { return nil }
    following = nil
    index0 += 1
    (previous, current) = (current, value)
    return value
  }

  /// The next element, which stays the next.
  func peek() throws -> TemplateValue? {
    if following == nil { following = try source.next() }
    return following
  }

  /// The number of elements; where it is not known, they are all asked for.
  func length() throws -> Int {
    if let knownLength { return knownLength }
    let rest = try source.rest()
    source = ValueIterator(rest)
    let length = rest.count + index0 + 1 + (following == nil ? 0 : 1)
    knownLength = length
    return length
  }
}
