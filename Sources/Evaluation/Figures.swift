internal import Foundation

/// Numbers as people read them. Written by hand so that the text is the same in every locale.
package enum Figures {
  /// The sign for a value that is missing or not finite.
  package static let missing = "–"

  /// A number with a fixed count of decimals, rounded half away from zero: "0.412".
  package static func decimal(_ value: Double, places: Int) -> String {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled.isFinite else { return missing }
    guard scaled < 9e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return places == 0 ? sign + padded : sign + padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// A number rounded to three significant digits: "0.403", "31.5", "6.07e-12".
  package static func significant(_ value: Double) -> String {
    guard value.isNormal else { return "\(value)" }
    // A power of ten that divides where it is negative: 10⁻¹² is no double, and 10¹² is one.
    let exponent = Int(log10(value.magnitude).rounded(.down)) - 2
    let scale = pow(10, Double(exponent.magnitude))
    guard scale.isFinite else { return "\(value)" }
    return "\(exponent < 0 ? (value * scale).rounded() / scale : (value / scale).rounded() * scale)"
  }

  /// A change with its sign: "+64.7", "-1.99", "0.0" where it rounds to nothing.
  static func signed(_ value: Double, places: Int) -> String {
    let text = decimal(value, places: places)
    return value > 0 && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
  }

  /// A whole number with commas between thousands: "18,400".
  package static func grouped(_ value: Double) -> String {
    let text = decimal(value, places: 0)
    guard text.allSatisfy({ $0.isNumber || $0 == "-" }) else { return text }
    let digits = text.drop { $0 == "-" }
    let grouped = digits.enumerated().map { index, digit in
      let isFirstOfThree = index > 0 && (digits.count - index).isMultiple(of: 3)
      return isFirstOfThree ? ",\(digit)" : "\(digit)"
    }
    return text.prefix(text.count - digits.count) + grouped.joined()
  }

  /// A share from 0 to 1 in percent: "12 %", or "67.1 %" with one place.
  package static func percent(_ share: Double, places: Int = 0) -> String {
    share.isFinite ? decimal(share * 100, places: places) + " %" : missing
  }

  /// A length of time: "42s", "1m12s", "2h05m".
  package static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return missing }
    let total = Int(seconds.rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if total < 60 { return "\(total)s" }
    return total < 3600 ? "\(total / 60)m\(two(total % 60))s" : "\(total / 3600)h\(two(total / 60 % 60))m"
  }
}
