import Files

extension ConfigurationFields {
  package func array(_ name: String) throws -> [JSONValue]? {
    switch value(name) {
    case .array(let values): values
    case nil, .null: nil
    default: throw refusal(name, expected: "a list", code: .malformed)
    }
  }

  /// A list of objects; empty where the field is missing or null.
  package func objects(_ name: String) throws -> [ConfigurationFields] {
    try (array(name) ?? []).enumerated().map { index, item in
      guard case .object(let object) = item else {
        throw refusal("\(name)[\(index)]", found: item.summary, expected: "an object", code: .malformed)
      }
      return inner(object, "\(name)[\(index)]")
    }
  }

  /// The objects themselves or, of `type` Sequence, those in its list, at any depth.
  package func flattened(_ list: String) throws -> [ConfigurationFields] {
    guard try string("type") == "Sequence" else { return [self] }
    return try objects(list).flatMap { try $0.flattened(list) }
  }
}
