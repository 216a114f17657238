import Foundation

/// A field of a format: its sign, its width and how it is filled.
struct NumberFormat {
  var fill: Unicode.Scalar = " "
  /// `<`, `>`, `^`, or `=` for padding after the sign.
  var alignment: Unicode.Scalar?
  /// `+`, `-` or a space.
  var sign: Unicode.Scalar = "-"
  var isAlternate = false
  var width = 0
  /// The sign between groups of digits.
  var separator = ""
  var precision: Int?

  /// The digits of a number with its sign, filled to the width.
  func text(_ number: TemplateNumber, type: Unicode.Scalar?) throws -> String {
    var (body, isNegative) = try digits(of: number, type: type)
    if !separator.isEmpty { body = grouped(body) }
    let prefix = isNegative ? "-" : sign == "-" ? "" : String(sign)
    return padded(body, prefix: prefix + (isAlternate ? radixPrefix(type) : ""), default: ">")
  }

  private func radixPrefix(_ type: Unicode.Scalar?) -> String {
    guard let type, ["b", "o", "x", "X"].contains(type) else { return "" }
    return "0\(type)"
  }

  private func digits(of number: TemplateNumber, type: Unicode.Scalar?) throws -> (String, isNegative: Bool) {
    switch (number, type) {
    case (.integer(let value), nil), (.integer(let value), "d"), (.integer(let value), "n"), (.integer(let value), "i"):
      return (String(value.magnitude), value < 0)
    case (.integer(let value), "b"): return (String(value.magnitude, radix: 2), value < 0)
    case (.integer(let value), "o"): return (String(value.magnitude, radix: 8), value < 0)
    case (.integer(let value), "x"): return (String(value.magnitude, radix: 16), value < 0)
    case (.integer(let value), "X"): return (String(value.magnitude, radix: 16, uppercase: true), value < 0)
    case (_, "f"), (_, "F"), (_, "e"), (_, "E"), (_, "g"), (_, "G"), (_, "%"), (.float, nil):
      return try floatDigits(number.double, type: type)
    default: throw TemplateProblem("unknown format code '\(type.map(String.init) ?? "")' for this number")
    }
  }

  private func floatDigits(_ value: Double, type: Unicode.Scalar?) throws -> (String, isNegative: Bool) {
    let isNegative = value.sign == .minus && !value.isNaN
    let magnitude = value.isNaN ? value : value.magnitude
    let digits = precision ?? 6
    guard digits <= 1000 else { throw TemplateProblem("a precision of \(digits), expected at most 1000") }
    switch type {
    case nil:
      guard let precision else { return (FloatText.shortest(magnitude), isNegative) }
      return (FloatText.significant(magnitude, digits: max(precision, 1)), isNegative)
    case "%": return (FloatText.formatted(magnitude * 100, conversion: "f", precision: digits) + "%", isNegative)
    case let type?:
      return (FloatText.formatted(magnitude, conversion: Character(type), precision: digits, alternate: isAlternate), isNegative)
    }
  }

  /// A separator after every third digit before the decimal point.
  private func grouped(_ body: String) -> String {
    let whole = body.prefix { $0.isASCII && $0.isNumber }
    var result = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place).isMultiple(of: 3) { result += separator }
      result.append(digit)
    }
    return result + body.dropFirst(whole.count)
  }

  /// Filled to the width, with the prefix before or after the filling.
  func padded(_ body: String, prefix: String = "", default alignment: Unicode.Scalar) -> String {
    let padding = max(0, width - body.unicodeScalars.count - prefix.unicodeScalars.count)
    func filling(_ count: Int) -> String { String(repeating: String(fill), count: count) }
    switch self.alignment ?? alignment {
    case "<": return prefix + body + filling(padding)
    case "^": return filling(padding / 2) + prefix + body + filling(padding - padding / 2)
    case "=": return prefix + filling(padding) + body
    default: return filling(padding) + prefix + body
    }
  }
}
