import JSON

/// The members of one line's object, read with errors that name the line and the member.
struct JSONLine: Sendable {
  private let object: JSONObject
  private let place: String

  /// Takes the last line that was read; throws unless it is an object.
  init(_ line: (number: Int, value: JSONValue), of reader: JSONLineReader, expected: String) throws {
    place = "\(reader.name): line \(line.number)"
    guard case .object(let object) = line.value else {
      throw CommandLineError(.input, "\(place): found \(line.value.summary), expected an object with \(expected)")
    }
    self.object = object
  }

  /// An error in this line.
  func failure(_ problem: String, cause: (any Error)? = nil) -> CommandLineError {
    CommandLineError(.input, "\(place): \(problem)", cause: cause)
  }

  /// Whether the member is there.
  func has(_ key: String) -> Bool { object[key] != nil }

  /// A member, if it is there.
  subscript(key: String) -> JSONValue? { object[key] }

  /// A text.
  func string(_ key: String) throws -> String {
    guard case .string(let value) = object[key] else { throw wrong(key, "a string") }
    return value
  }

  /// A text, if it is there.
  func optionalString(_ key: String) throws -> String? {
    has(key) ? try string(key) : nil
  }

  /// A yes or no, by default no.
  func boolean(_ key: String) throws -> Bool {
    switch object[key] {
    case nil: return false
    case .boolean(let value): return value
    default: throw wrong(key, "true or false")
    }
  }

  /// Token ids.
  func tokens(_ key: String) throws -> [Int32] {
    guard case .array(let values) = object[key] else { throw wrong(key, "an array of token ids") }
    return try values.map { value in
      guard case .integer(let id) = value, let id = Int32(exactly: id), id >= 0 else {
        throw failure("\"\(key)\" has \(value.summary), expected token ids")
      }
      return id
    }
  }

  /// An error about a member.
  func wrong(_ key: String, _ expected: String) -> CommandLineError {
    guard let found = object[key] else { return failure("no \"\(key)\", expected \(expected)") }
    return failure("\"\(key)\" is \(found.summary), expected \(expected)")
  }
}

extension JSONValue {
  /// Token ids.
  static func tokens(_ ids: some Sequence<Int32>) -> JSONValue {
    .array(ids.map { .integer(Int($0)) })
  }

  /// A log-probability in as few digits as give its float32 back; null where there is none.
  static func logProbability(_ value: Float?) -> JSONValue {
    guard let value, value.isFinite, let number = Double("\(value)") else { return .null }
    return .number(number)
  }
}
