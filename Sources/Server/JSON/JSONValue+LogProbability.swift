import JSON

extension JSONValue {
  /// A log-probability as a JSON number, which has no infinity: the least is -9999.
  static func toldLogProbability(_ value: Float?) -> JSONValue {
    guard let value else { return .null }
    return .number(value.isFinite && value > -9999 ? Double(value) : -9999)
  }
}
