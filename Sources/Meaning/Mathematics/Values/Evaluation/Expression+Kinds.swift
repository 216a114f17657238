extension Expression.Function {
  /// Whether its argument is an angle.
  var takesAngle: Bool {
    switch self {
    case .sin, .cos, .tan, .cot, .sec, .csc: true
    default: false
    }
  }
}
