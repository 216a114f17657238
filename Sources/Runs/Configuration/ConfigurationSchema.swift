import JSON

/// A JSON Schema (draft 2020-12) of configuration files, by which editors complete, explain and check them.
///
/// What several values must be to each other is left to the program.
package enum ConfigurationSchema {
  /// The schema as JSON text.
  package static var text: String {
    let schema = JSONValue.members([
      "$schema": .string("https://json-schema.org/draft/2020-12/schema"),
      "title": .string("Configuration of a run of empo"),
      "description": .string("What empo train CONFIG.yaml reads. Printed by empo config --format schema."),
      "type": .string("object"),
      "additionalProperties": .boolean(false),
      "properties": properties,
    ])
    return String(decoding: schema.encoded(), as: UTF8.self)
  }

  private static var properties: JSONValue {
    var members: [JSONObject.Member] = [.init(ConfigurationPreset.key, preset)]
    for (section, keys) in ConfigurationKey.sections() {
      let inner = keys.map { JSONObject.Member($0.components.last ?? "", property($0)) }
      guard let section else {
        members += inner
        continue
      }
      members.append(
        .init(
          section,
          .members([
            "type": .string("object"), "additionalProperties": .boolean(false), "properties": .object(JSONObject(inner)),
          ])))
    }
    return .object(JSONObject(members))
  }

  private static var preset: JSONValue {
    let names = ConfigurationPreset.allCases.map { JSONValue.string($0.rawValue) }
    return .members([
      "description": .string("Settings of a published run, above the defaults and below the other keys."), "enum": .array(names),
    ])
  }

  private static func property(_ key: ConfigurationKey) -> JSONValue {
    var members: [JSONObject.Member] = [.init("description", .string("\(key.summary) Takes \(key.expectation). \(key.defaultRemark)"))]
    members += constraints(key.values)
    // Editors write the default beside a key that they complete, so that one which depends on the model is only described.
    let defaults = key.defaults
    if defaults.own == defaults.embedded { members.append(.init("default", value(defaults.embedded, of: key.values))) }
    return .object(JSONObject(members))
  }

  private static func constraints(_ values: ConfigurationKey.Values) -> [JSONObject.Member] {
    switch values {
    case .integer(let range):
      return [
        .init("type", .string("integer")), .init("minimum", .integer(range.lowerBound)), .init("maximum", .integer(range.upperBound)),
      ]
    case .number(let range):
      return [
        .init("type", .string("number")), .init(range.excludesLower ? "exclusiveMinimum" : "minimum", number(range.lower)),
        .init(range.excludesUpper ? "exclusiveMaximum" : "maximum", number(range.upper)),
      ]
    case .flag: return [.init("type", .string("boolean"))]
    case .choice(let words): return [.init("enum", .array(words.map { .string($0) }))]
    case .object:
      return [.init("anyOf", .array([.members(["type": .string("object")]), .members(["type": .string("string")])]))]
    case .text(let texts):
      var other: [JSONObject.Member] = [.init("type", .string("string"))]
      if !texts.pattern.isEmpty { other.append(.init("pattern", .string(texts.pattern))) }
      // Characters are counted here and bytes in the program: nothing that the program takes has more.
      if let bytes = texts.maximumBytes { other.append(.init("maxLength", .integer(bytes))) }
      return [
        .init("anyOf", .array([.members(["enum": .array(texts.words.map { .string($0) })]), .object(JSONObject(other))]))
      ]
    }
  }

  private static func value(_ text: String, of values: ConfigurationKey.Values) -> JSONValue {
    switch values {
    case .integer, .number: Double(text).map(number) ?? .string(text)
    case .flag: .boolean(text == "true")
    case .choice, .text: .string(text)
    case .object: .members([:])
    }
  }

  private static func number(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}
