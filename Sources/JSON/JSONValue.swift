/// A JSON value that keeps the members of objects in their order, duplicates included, since both decide how a checkpoint is read.
package enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// A number written without fraction and exponent that fits an `Int`.
  case integer(Int)
  /// Any other number.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The value in error messages: short values as they are written, others by their kind.
  package var summary: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value.utf8.count <= 60 ? "\"\(value)\"" : "a string of \(value.utf8.count) bytes"
    case .array(let values): "an array of \(values.count)"
    case .object(let object): "an object of \(object.members.count)"
    }
  }
}

/// A JSON object's members in the file's order.
package struct JSONObject: Sendable, Equatable {
  /// A name with its value.
  package struct Member: Sendable, Equatable {
    package var key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The members; a name may occur twice.
  package var members: [Member]

  package init(_ members: [Member] = []) {
    self.members = members
  }

  /// The value of a name; if the name is there several times, the last value, as in Python's and Rust's readers. Linear in the number of
  /// members.
  package subscript(key: String) -> JSONValue? {
    members.last { $0.key == key }?.value
  }
}

extension JSONValue {
  /// An object of these members.
  package static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(JSONObject(members.map { .init($0.key, $0.value) }))
  }
}
