/// The arguments of a call.
struct CallArguments {
  var positional: [TemplateValue] = []
  var keywords: [(name: String, value: TemplateValue)] = []

  init(_ positional: [TemplateValue] = [], keywords: [(name: String, value: TemplateValue)] = []) {
    self.positional = positional
    self.keywords = keywords
  }

  /// The arguments in the order of a function's parameters; nil where one is not given.
  func bound(to parameters: [String], required: Int = 0, of function: String) throws -> [TemplateValue?] {
    guard positional.count <= parameters.count else {
      throw TemplateProblem("\(function)() takes at most \(parameters.count) arguments, found \(positional.count)")
    }
    var values: [TemplateValue?] = positional
    values += Array(repeating: nil, count: parameters.count - positional.count)
    for (name, value) in keywords {
      guard let place = parameters.firstIndex(of: name) else {
        throw TemplateProblem("\(function)() has no parameter '\(name)'")
      }
      guard values[place] == nil else { throw TemplateProblem("\(function)() got two values for '\(name)'") }
      values[place] = value
    }
    for (name, value) in zip(parameters, values).prefix(required) where value == nil {
      throw TemplateProblem("\(function)() misses the argument '\(name)'")
    }
    return values
  }

  /// Refuses arguments where none are taken.
  func expectNone(of function: String) throws { _ = try bound(to: [], of: function) }
}

extension TemplateValue? {
  /// The integer, `fallback` where there is none.
  func integer(_ name: String, default fallback: Int) throws -> Int {
    guard let self else { return fallback }
    guard case .integer(let value)? = self.number else {
      throw TemplateProblem("'\(name)' is \(self.typeName), expected an integer")
    }
    return value
  }

  /// The integer, nil for none.
  func optionalInteger(_ name: String) throws -> Int? {
    guard let self, !self.isNone else { return nil }
    return try Optional(self).integer(name, default: 0)
  }

  func text(_ name: String, default fallback: TemplateText) throws -> TemplateText {
    guard let self else { return fallback }
    guard case .text(let text) = self else { throw TemplateProblem("'\(name)' is \(self.typeName), expected a text") }
    return text
  }

  /// The text, nil for none.
  func optionalText(_ name: String) throws -> TemplateText? {
    guard let self, !self.isNone else { return nil }
    return try Optional(self).text(name, default: "")
  }

  func isTrue(default fallback: Bool) -> Bool { self?.isTrue ?? fallback }
}
