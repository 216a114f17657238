/// A dictionary in the order of insertion. It never changes.
final class TemplateDictionary: Sendable {
  let keys: [TemplateValue]
  let values: [TemplateValue]
  let depth: UInt16
  let weight: UInt32

  /// Where each key is; small dictionaries are searched instead.
  private let places: [DictionaryKey: Int]?
  private static let searchLimit = 8

  static let empty = TemplateDictionary(keys: [], values: [], places: [:])

  fileprivate init(keys: [TemplateValue], values: [TemplateValue], places: [DictionaryKey: Int]) {
    self.keys = keys
    self.values = values
    self.places = keys.count > Self.searchLimit ? places : nil
    depth = max(keys.lazy.map(\.depth).max() ?? 0, values.lazy.map(\.depth).max() ?? 0) + 1
    weight = (keys + values).reduce(1) { $0.addingSaturated($1.weight) }
  }

  var count: Int { keys.count }

  func value(of name: TemplateText) -> TemplateValue? {
    if let places { return places[.text(name)].map { values[$0] } }
    for (index, key) in keys.enumerated() {
      if case .text(let text) = key, text == name { return values[index] }
    }
    return nil
  }

  func value(of key: DictionaryKey) -> TemplateValue? {
    if let places { return places[key].map { values[$0] } }
    return keys.firstIndex { DictionaryKey($0) == key }.map { values[$0] }
  }
}

/// Collects a dictionary: a key that comes again keeps its place and gets the new value.
struct DictionaryBuilder {
  private var keys: [TemplateValue] = []
  private var values: [TemplateValue] = []
  private var places: [DictionaryKey: Int] = [:]

  init() {}

  init(_ dictionary: TemplateDictionary) {
    for (key, value) in zip(dictionary.keys, dictionary.values) { insert(value, at: key) }
  }

  /// Returns false where the key cannot be one, such as a list.
  @discardableResult
  mutating func insert(_ value: TemplateValue, at key: TemplateValue) -> Bool {
    guard let hashable = DictionaryKey(key) else { return false }
    if let place = places[hashable] {
      values[place] = value
    } else {
      places[hashable] = keys.count
      keys.append(key)
      values.append(value)
    }
    return true
  }

  func finished() -> TemplateDictionary { TemplateDictionary(keys: keys, values: values, places: places) }
}

/// A value as a key: keys that are equal in Python are equal here.
enum DictionaryKey: Hashable {
  case undefined
  case none
  case integer(Int)
  case float(Double)
  case text(TemplateText)
  case tuple([DictionaryKey])
  case object(kind: UInt8, index: Int)

  init?(_ value: TemplateValue) {
    switch value {
    case .undefined: self = .undefined
    case .none: self = .none
    case .boolean(let value): self = .integer(value ? 1 : 0)
    case .integer(let value): self = .integer(value)
    case .float(let value): self = Int(exactly: value).map { .integer($0) } ?? .float(value)
    case .text(let text): self = .text(text)
    case .tuple(let list):
      var keys: [DictionaryKey] = []
      for element in list.elements {
        guard let key = DictionaryKey(element) else { return nil }
        keys.append(key)
      }
      self = .tuple(keys)
    case .object(let reference): self = .object(kind: reference.kind.rawValue, index: reference.index)
    case .list, .dictionary, .view, .range, .method, .function: return nil
    }
  }
}
