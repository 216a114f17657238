package import Files

/// A JSON configuration's members, read by name with errors that name the file and the field.
package struct ConfigurationFields {
  private let object: JSONObject
  private let source: String
  private let prefix: String

  package init(json: [UInt8], source: String) throws {
    guard case .object(let object) = try JSONReader.value(of: json, source: source) else {
      throw FileError(.malformed, "\(source): expected a JSON object")
    }
    self.init(object, source: source, prefix: "")
  }

  package init(_ object: JSONObject, source: String, prefix: String) {
    self.object = object
    self.source = source
    self.prefix = prefix
  }

  package var members: [JSONObject.Member] { object.members }

  package var names: [String] { object.members.map(\.key) }

  /// Refuses an object, at any depth, in which a name is there twice: readers differ in the one that they take.
  package func requireDistinctNames() throws {
    var seen: Set<String> = []
    for member in members {
      guard seen.insert(member.key).inserted else {
        throw refusal(String(member.key.prefix(200)), found: "there twice", expected: "one value", code: .malformed)
      }
      try requireDistinctNames(in: member.value, member.key)
    }
  }

  private func requireDistinctNames(in value: JSONValue, _ name: String) throws {
    switch value {
    case .object(let object): try inner(object, name).requireDistinctNames()
    case .array(let values): for value in values { try requireDistinctNames(in: value, name) }
    default: break
    }
  }

  /// Whether the field is there, null included.
  package func has(_ name: String) -> Bool { object[name] != nil }

  /// Whether the field is null or not there.
  package func isNull(_ name: String) -> Bool { object[name] ?? .null == .null }

  package func value(_ name: String) -> JSONValue? { object[name] }

  package func string(_ name: String) throws -> String? {
    switch object[name] {
    case .string(let value): value
    case nil, .null: nil
    default: throw refusal(name, expected: "a string", code: .malformed)
    }
  }

  package func boolean(_ name: String, default value: Bool) throws -> Bool {
    switch object[name] {
    case .boolean(let value): value
    case nil, .null: value
    default: throw refusal(name, expected: "true or false", code: .malformed)
    }
  }

  package func integer(_ name: String) throws -> Int? {
    switch object[name] {
    case .integer(let value): value
    case nil, .null: nil
    default: throw refusal(name, expected: "an integer", code: .malformed)
    }
  }

  package func optionalNumber(_ name: String) throws -> Double? {
    switch object[name] {
    case .integer(let value): Double(value)
    case .number(let value): value
    case nil, .null: nil
    default: throw refusal(name, expected: "a number", code: .malformed)
    }
  }

  package func number(_ name: String, default value: Double) throws -> Double { try optionalNumber(name) ?? value }

  /// A size from 1 to `limit`; without a default it must be there.
  package func size(_ name: String, limit: Int, default value: Int? = nil) throws -> Int {
    guard let size = try integer(name) ?? value else { throw missing(name, expected: "a size from 1 to \(limit)") }
    guard (1...limit).contains(size) else { throw refusal(name, expected: "1 to \(limit)") }
    return size
  }

  /// One token or a list of them; nil where the field is missing or null.
  package func tokens(_ name: String) throws -> [Int32]? {
    let values: [JSONValue]
    switch object[name] {
    case nil, .null: return nil
    case .array(let list): values = list
    case .some(let value): values = [value]
    }
    return try values.map { value in
      guard case .integer(let token) = value, let token = Int32(exactly: token), token >= 0 else {
        throw refusal(name, expected: "a token id or a list of them", code: .malformed)
      }
      return token
    }
  }

  package func strings(_ name: String) throws -> [String]? {
    guard let value = object[name], value != .null else { return nil }
    guard case .array(let values) = value else { throw refusal(name, expected: "a list of strings", code: .malformed) }
    return try values.map {
      guard case .string(let string) = $0 else { throw refusal(name, expected: "a list of strings", code: .malformed) }
      return string
    }
  }

  package func nested(_ name: String) throws -> ConfigurationFields? {
    switch object[name] {
    case .object(let object): inner(object, name)
    case nil, .null: nil
    default: throw refusal(name, expected: "an object", code: .malformed)
    }
  }

  /// The fields of an object inside this one.
  package func inner(_ object: JSONObject, _ name: String) -> ConfigurationFields {
    ConfigurationFields(object, source: source, prefix: prefix + name + ".")
  }

  package func refusal(
    _ name: String, found: String? = nil, expected: String, code: FileError.Code = .unsupported
  ) -> FileError {
    let found = found ?? object[name]?.summary ?? "missing"
    return FileError(code, "\(source): \"\(prefix)\(name)\" is \(found), expected \(expected)")
  }

  /// The file and the field, for other messages.
  package func path(_ name: String) -> String { "\(source): \"\(prefix)\(name)\"" }

  package func missing(_ name: String, expected: String) -> FileError {
    FileError(.missing, "\(source): \"\(prefix)\(name)\" is missing, expected \(expected)")
  }
}
