import Foundation

/// How Python writes a floating-point number.
enum FloatText {
  /// The shortest digits that give the number back; with an exponent below 1e-4 and from 1e16.
  static func shortest(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let sign = value.sign == .minus ? "-" : ""
    if value == 0 { return sign + "0.0" }
    let (digits, point) = decimal(value.magnitude)
    let count = digits.count
    if point > 16 || point <= -4 {
      let exponent = point - 1
      let magnitude = String(exponent.magnitude)
      let fraction = count > 1 ? "." + digits.dropFirst() : ""
      return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+") + (magnitude.count < 2 ? "0" : "") + magnitude
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= count { return sign + digits + String(repeating: "0", count: point - count) + ".0" }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// The significant digits, and how many of them come before the decimal point; both of a positive number.
  private static func decimal(_ value: Double) -> (digits: String, point: Int) {
    let parts = "\(value)".split(separator: "e", maxSplits: 1)
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    var digits = String(mantissa[0]) + (mantissa.count > 1 ? String(mantissa[1]) : "")
    var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.hasPrefix("0") {
      digits.removeFirst()
      point -= 1
    }
    while digits.hasSuffix("0") { digits.removeLast() }
    return (digits, point)
  }

  /// The output of C's `printf` for the conversions e, f and g, which Python has, too.
  static func formatted(_ value: Double, conversion: Character, precision: Int, alternate: Bool = false) -> String {
    let text = String(format: "%\(alternate ? "#" : "").\(precision)\(conversion)", value)
    return text == "-nan" ? "nan" : text
  }

  /// A number of significant digits without trailing zeros, but with one after the point; with an exponent where the digits
  /// do not reach beyond the point. The value is not negative.
  static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return shortest(value) }
    let parts = formatted(value, conversion: "e", precision: digits - 1).split(separator: "e")
    let exponent = Int(parts[1]) ?? 0
    guard exponent < digits - 1, exponent >= -4 else {
      var mantissa = parts[0]
      if mantissa.contains(".") {
        while mantissa.hasSuffix("0") { mantissa.removeLast() }
        if mantissa.hasSuffix(".") { mantissa.removeLast() }
      }
      return mantissa + "e" + parts[1]
    }
    let text = formatted(value, conversion: "g", precision: digits)
    return text.contains(".") ? text : text + ".0"
  }

  /// As Python's `round`: to the nearest, the exact value deciding, a tie to the even digit.
  static func rounded(_ value: Double, places: Int) -> Double {
    guard value.isFinite, places < 330 else { return value }
    if places >= 0 { return Double(formatted(value, conversion: "f", precision: places)) ?? value }
    guard places > -330 else { return 0 }
    let scale = pow(10, Double(-places))
    return (value / scale).rounded(.toNearestOrEven) * scale
  }
}
