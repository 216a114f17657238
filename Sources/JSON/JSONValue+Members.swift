extension JSONValue {
  /// An object of these members.
  package static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(JSONObject(members.map { .init($0.key, $0.value) }))
  }
}
