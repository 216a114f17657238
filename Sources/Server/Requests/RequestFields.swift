import JSON

/// The members of a request's body, read by name with errors that name the parameter. A member that is null counts as missing.
struct RequestFields {
  private let object: JSONObject
  private let prefix: String

  /// Reads a body, which must be a JSON object.
  init(body: [UInt8]) throws(ServerError) {
    let value: JSONValue
    do {
      value = try JSONReader.value(of: body, source: "the request's body")
    } catch {
      throw ServerError(.invalidRequest, "\(error)", cause: error)
    }
    guard case .object(let object) = value else {
      throw ServerError(.invalidRequest, "the request's body: expected a JSON object, found \(value.summary)")
    }
    self.init(object, prefix: "")
  }

  private init(_ object: JSONObject, prefix: String) {
    self.object = object
    self.prefix = prefix
  }

  /// The value, nil where it is missing or null.
  func value(_ name: String) -> JSONValue? {
    let value = object[name]
    return value == .null ? nil : value
  }

  func string(_ name: String) throws(ServerError) -> String? {
    switch value(name) {
    case nil: nil
    case .string(let value): value
    default: throw refusal(name, expected: "a string")
    }
  }

  func boolean(_ name: String) throws(ServerError) -> Bool {
    switch value(name) {
    case nil: false
    case .boolean(let value): value
    default: throw refusal(name, expected: "true or false")
    }
  }

  /// An integer; one that is written as 4.0 counts as well.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(ServerError) -> Int? {
    let integer: Int?
    switch value(name) {
    case nil: return nil
    case .integer(let value): integer = value
    case .number(let value): integer = Int(exactly: value)
    default: integer = nil
    }
    guard let integer else { throw refusal(name, expected: "an integer") }
    guard range.contains(integer) else { throw refusal(name, expected: Self.spelled(range)) }
    return integer
  }

  func number(_ name: String, in range: ClosedRange<Double>) throws(ServerError) -> Double? {
    let number: Double
    switch value(name) {
    case nil: return nil
    case .integer(let value): number = Double(value)
    case .number(let value): number = value
    default: throw refusal(name, expected: "a number")
    }
    guard range.contains(number) else { throw refusal(name, expected: "a number from \(range.lowerBound) to \(range.upperBound)") }
    return number
  }

  func array(_ name: String) throws(ServerError) -> [JSONValue]? {
    switch value(name) {
    case nil: nil
    case .array(let values): values
    default: throw refusal(name, expected: "an array")
    }
  }

  func object(_ name: String) throws(ServerError) -> RequestFields? {
    switch value(name) {
    case nil: nil
    case .object(let object): RequestFields(object, prefix: prefix + name + ".")
    default: throw refusal(name, expected: "an object")
    }
  }

  /// The members themselves.
  var members: JSONObject { object }

  /// The error for a value that does not go with others, or with the model.
  func refusal(_ name: String, _ reason: String) -> ServerError {
    ServerError(.invalidRequest, "\(prefix)\(name): \(reason)", parameter: prefix + name)
  }

  /// The error for a value that is well-formed and not supported.
  func unsupported(_ name: String, _ reason: String) -> ServerError {
    ServerError(.unsupportedParameter, "\(prefix)\(name): \(reason)", parameter: prefix + name)
  }

  /// The error for a name that is not among those that are known.
  func unknown(_ name: String, known: Set<String>) -> ServerError {
    let place = prefix + String(name.prefix(200))
    let suggestion = NearestWord.remark(on: name, among: known.map { prefix + $0 })
    return ServerError(.unknownParameter, "\(place): unknown parameter\(suggestion)", parameter: place)
  }

  /// The error for a value of another type or range.
  func refusal(_ name: String, expected: String) -> ServerError {
    let found = object[name]?.summary ?? "nothing"
    return ServerError(.invalidRequest, "\(prefix)\(name): expected \(expected), found \(found)", parameter: prefix + name)
  }

  private static func spelled(_ range: ClosedRange<Int>) -> String {
    range.upperBound == Int.max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
  }
}
