/// The time for a template's `strftime_now`. The caller gives it, so that rendering reads no clock.
public struct TemplateTime: Sendable, Hashable {
  /// The year, 1 to 9999.
  public let year: Int
  /// The month, from 1.
  public let month: Int
  /// The day of the month, from 1.
  public let day: Int
  /// The hour, 0 to 23.
  public let hour: Int
  /// The minute.
  public let minute: Int
  /// The second.
  public let second: Int

  /// Creates a time; nil where there is no such day or time of day.
  public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year),
      (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second) = (hour, minute, second)
  }

  private static func isLeap(_ year: Int) -> Bool { year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) }

  private static func days(in month: Int, of year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// The day of the year, from 1.
  private var dayOfYear: Int { (1..<month).reduce(day) { $0 + Self.days(in: $1, of: year) } }

  /// The day of the week, 0 for Sunday.
  private var weekday: Int {
    let before = year - 1
    return (before + before / 4 - before / 100 + before / 400 + dayOfYear) % 7
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
  private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}

extension TemplateTime {
  /// Python's `strftime` in the C locale.
  func formatted(_ format: TemplateText) throws -> TemplateText {
    var result = ""
    var rest = Substring(format.string)
    while let character = rest.popFirst() {
      guard character == "%", var directive = rest.popFirst() else {
        result.append(character)
        continue
      }
      let isUnpadded = directive == "-"
      if isUnpadded, let next = rest.popFirst() { directive = next }
      guard let text = try text(of: directive) else {
        throw TemplateProblem("the directive %\(directive) of strftime_now is not supported", isUnsupported: true)
      }
      result += isUnpadded ? Self.unpadded(text) : text
      guard result.utf8.count <= 1 << 16 else { throw TemplateProblem("a formatted time of more than 65536 bytes", isUnsupported: true) }
    }
    return TemplateText(result)
  }

  private static func unpadded(_ text: String) -> String {
    let digits = text.drop { $0 == "0" || $0 == " " }
    return digits.isEmpty ? "0" : String(digits)
  }

  private func padded(_ number: Int, _ width: Int = 2, with fill: String = "0") -> String {
    let digits = String(number)
    return String(repeating: fill, count: max(0, width - digits.count)) + digits
  }

  private func text(of directive: Character) throws -> String? {
    switch directive {
    case "Y": String(year)
    case "y": padded(year % 100)
    case "C": padded(year / 100)
    case "m": padded(month)
    case "d": padded(day)
    case "e": padded(day, with: " ")
    case "H": padded(hour)
    case "I": padded((hour + 11) % 12 + 1)
    case "M": padded(minute)
    case "S": padded(second)
    case "f": "000000"
    case "p": hour < 12 ? "AM" : "PM"
    case "j": padded(dayOfYear, 3)
    case "B": Self.months[month - 1]
    case "b", "h": String(Self.months[month - 1].prefix(3))
    case "A": Self.weekdays[weekday]
    case "a": String(Self.weekdays[weekday].prefix(3))
    case "w": String(weekday)
    case "u": String(weekday == 0 ? 7 : weekday)
    case "U": padded((dayOfYear + 6 - weekday) / 7)
    case "W": padded((dayOfYear + 6 - (weekday + 6) % 7) / 7)
    case "Z", "z": ""
    case "n": "\n"
    case "t": "\t"
    case "%": "%"
    case "F": try formatted("%Y-%m-%d").string
    case "T", "X": try formatted("%H:%M:%S").string
    case "R": try formatted("%H:%M").string
    case "D", "x": try formatted("%m/%d/%y").string
    case "c": try formatted("%a %b %e %H:%M:%S %Y").string
    default: nil
    }
  }
}
