import Foundation

extension FilterLibrary {
  static let numberFilters: [String: Filter] = [
    "int": { rendering, value, arguments in
      let values = try arguments.bound(to: ["default", "base"], of: "int")
      let base = try values[1].integer("base", default: 10)
      return try NumberReading.integer(value, base: base).map { .integer($0) } ?? values[0] ?? .integer(0)
    },
    "float": { rendering, value, arguments in
      let values = try arguments.bound(to: ["default"], of: "float")
      return try NumberReading.float(value).map { .float($0) } ?? values[0] ?? .float(0)
    },
    "abs": { rendering, value, arguments in
      try arguments.expectNone(of: "abs")
      switch value.number {
      case .integer(let number)?:
        return try number < 0 ? TemplateNumber.apply(.multiply, .integer(number), .integer(-1)).value : .integer(number)
      case .float(let number)?: return .float(number.magnitude)
      case nil: throw TemplateProblem("bad operand type for abs(): '\(value.typeName)'")
      }
    },
    "round": { try round($1, $2) },
    "sum": { rendering, value, arguments in
      let values = try arguments.bound(to: ["attribute", "start"], of: "sum")
      let path = try AttributePath(values[0])
      var sum = values[1] ?? .integer(0)
      if case .text = sum { throw TemplateProblem("sum() can't sum strings") }
      for element in try rendering.elements(of: value) {
        try rendering.spend(1)
        sum = try rendering.apply(.add, sum, try path.value(in: element, rendering))
      }
      return sum
    },
    "min": { try extreme($1, $2, "min", wins: .less, in: $0) },
    "max": { try extreme($1, $2, "max", wins: .greater, in: $0) },
  ]

  private static func extreme(
    _ value: TemplateValue, _ arguments: CallArguments, _ name: String, wins: TemplateNumber.Order, in rendering: Rendering
  ) throws -> TemplateValue {
    let values = try arguments.bound(to: ["case_sensitive", "attribute"], of: name)
    let path = try AttributePath(values[1])
    let isSensitive = values[0].isTrue(default: false)
    var best: (element: TemplateValue, key: TemplateValue)?
    for element in try rendering.elements(of: value) {
      let key = caseKey(try path.value(in: element, rendering), isSensitive: isSensitive)
      if let current = best {
        try rendering.chargeComparison(key, current.key)
        guard try TemplateValue.order(key, current.key, sign: wins == .less ? "<" : ">") == wins else { continue }
      }
      best = (element, key)
    }
    return best?.element ?? .undefined(UndefinedValue(.reason("No aggregated item, sequence was empty.")))
  }

  private static func round(_ value: TemplateValue, _ arguments: CallArguments) throws -> TemplateValue {
    let values = try arguments.bound(to: ["precision", "method"], of: "round")
    let precision = try values[0].integer("precision", default: 0)
    let method = try values[1].text("method", default: "common")
    guard ["common", "ceil", "floor"].contains(method) else { throw TemplateProblem("method must be common, ceil or floor") }
    guard let number = value.number else { throw TemplateProblem("type \(value.typeName) doesn't define __round__ method") }
    guard precision.magnitude < 400 else { throw TemplateProblem("'precision' is \(precision), expected less than 400") }
    if method != "common" {
      let scale = try TemplateNumber.apply(.power, .integer(10), .integer(precision))
      let scaled = try TemplateNumber.apply(.multiply, number, scale).double
      guard scaled.isFinite else { throw TemplateProblem("cannot convert float \(FloatText.shortest(scaled)) to integer") }
      return try TemplateNumber.apply(.divide, .float(method == "ceil" ? scaled.rounded(.up) : scaled.rounded(.down)), scale).value
    }
    switch number {
    case .float(let number): return .float(FloatText.rounded(number, places: precision))
    case .integer(let number):
      guard precision < 0 else { return .integer(number) }
      guard precision > -19 else { return .integer(0) }
      // To the nearest multiple of a power of ten, a tie to the even one.
      guard case .integer(let scale) = try TemplateNumber.apply(.power, .integer(10), .integer(-precision)),
        case .integer(let remainder) = try TemplateNumber.apply(.remainder, .integer(number), .integer(scale))
      else { return .integer(number) }
      let lower = number - remainder
      let isUp = remainder > scale / 2 || remainder == scale / 2 && !(lower / scale).isMultiple(of: 2)
      return try TemplateNumber.apply(.add, .integer(lower), .integer(isUp ? scale : 0)).value
    }
  }
}

/// Reads numbers from values as Python's `int` and `float` do.
enum NumberReading {
  /// The integer; nil where the value is none.
  static func integer(_ value: TemplateValue, base: Int) throws -> Int? {
    switch value {
    case .undefined(let undefined): throw TemplateProblem(undefined.message)
    case .integer, .boolean:
      guard case .integer(let number)? = value.number else { return nil }
      return number
    case .float(let number): return try truncated(number)
    case .text(let text):
      guard base == 0 || base >= 2 && base <= 36 else { return nil }
      return try integer(text.stripped(.both).string, base: base) ?? float(value).flatMap { $0.isFinite ? try truncated($0) : nil }
    default: return nil
    }
  }

  private static func truncated(_ number: Double) throws -> Int? {
    guard number.isFinite else {
      if number.isNaN { return nil }
      throw TemplateProblem("cannot convert float infinity to integer")
    }
    guard let integer = Int(exactly: number.rounded(.towardZero)) else {
      throw TemplateProblem("an integer beyond 64 bits is not supported")
    }
    return integer
  }

  private static func integer(_ text: String, base: Int) throws -> Int? {
    var digits = Substring(text)
    let sign = digits.first == "-" ? "-" : ""
    if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
    var radix = base
    for (prefix, value) in [("0b", 2), ("0o", 8), ("0x", 16)]
    where (base == value || base == 0) && digits.lowercased().hasPrefix(prefix) {
      (digits, radix) = (digits.dropFirst(2), value)
      if digits.first == "_" { digits.removeFirst() }
      break
    }
    if radix == 0 { radix = 10 }
    guard let plain = withoutSeparators(digits), plain.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isLetter || $0.isDigit }) else {
      return nil
    }
    if let integer = Int(sign + plain, radix: radix) { return integer }
    guard plain.utf8.allSatisfy(\.isDigit), radix == 10 else { return nil }
    throw TemplateProblem("an integer beyond 64 bits is not supported")
  }

  /// Without the underscores between digits; nil where they are elsewhere.
  private static func withoutSeparators(_ digits: Substring) -> String? {
    guard !digits.isEmpty, !digits.hasPrefix("_"), !digits.hasSuffix("_"), !digits.contains("__") else { return nil }
    return digits.filter { $0 != "_" }
  }

  /// The number; nil where the value is none.
  static func float(_ value: TemplateValue) throws -> Double? {
    switch value {
    case .undefined(let undefined): throw TemplateProblem(undefined.message)
    case .text(let text):
      let written = text.stripped(.both).string.lowercased()
      let unsigned = written.hasPrefix("-") || written.hasPrefix("+") ? String(written.dropFirst()) : written
      if ["inf", "infinity"].contains(unsigned) { return written.hasPrefix("-") ? -.infinity : .infinity }
      if unsigned == "nan" { return .nan }
      guard let first = unsigned.utf8.first, first.isDigit || first == UInt8(ascii: "."),
        unsigned.utf8.allSatisfy({ $0.isDigit || "._+-e".utf8.contains($0) }), let plain = withoutSeparators(Substring(written))
      else { return nil }
      return Double(plain)
    default: return value.number?.double
    }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
