import ChatTemplates
import JSON

extension ConfigurationKey {
  /// What values a key takes, as far as help, shells and editors can know before the program reads one.
  package enum Values: Sendable {
    /// Whole numbers.
    case integer(ClosedRange<Int>)
    /// Finite numbers.
    case number(NumberRange)
    /// True and false.
    case flag
    /// Some words.
    case choice([String])
    /// Some words, and texts of a form.
    case text(Texts)
    /// A JSON object, in a file also a mapping.
    case object
  }

  /// Some words, and texts of a form.
  package struct Texts: Sendable {
    /// Words with a meaning of their own, such as `auto`.
    package var words: [String]

    /// Words that stand in such a text, alone or before a colon, such as `nli` before a folder.
    package var parts: [String] = []

    /// What else may stand there, in words that end a list: "or a file in Jinja".
    package var others: String

    /// What stands for the text in a list of flags: `FILE`, `DIR`, `TEXT`.
    package var placeholder: String

    /// A regular expression (ECMA 262) that every other text matches; not every text that matches it is a value.
    package var pattern: String

    /// The longest text, in bytes.
    package var maximumBytes: Int?
  }
}

extension ConfigurationKey.Values: CustomStringConvertible {
  /// The values in words fit for a message.
  package var description: String {
    switch self {
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): range.description
    case .flag: "true or false"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .text(let texts): (texts.words + [texts.others]).joined(separator: ", ")
    case .object: TemplateVariables.expectation
    }
  }

  /// The end of a message that says what a misspelt value may have been meant to be; empty where nothing is near.
  package func suggestion(for text: String) -> String {
    switch self {
    case .integer, .number, .object: return ""
    case .flag: return NearestWord.remark(on: text, among: ["true", "false"])
    case .choice(let words): return NearestWord.remark(on: text, among: words)
    case .text(let texts):
      // Of a list, the first part that is none of the words.
      let part = text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.first { !texts.parts.contains(String($0)) }
      let word = String((part ?? text[...]).prefix { $0 != ":" })
      return NearestWord.remark(on: word, among: texts.words + texts.parts)
    }
  }

  /// What stands for a value in a list of flags.
  package var placeholder: String {
    switch self {
    case .integer: "N"
    case .number: "X"
    case .flag: "BOOL"
    case .choice: "NAME"
    case .text(let texts): texts.placeholder
    case .object: "JSON"
    }
  }
}

/// Finite numbers between two bounds.
package struct NumberRange: Sendable, CustomStringConvertible {
  package var lower: Double
  package var upper: Double
  package var excludesLower = false
  package var excludesUpper = false

  package func contains(_ value: Double) -> Bool {
    value.isFinite && (excludesLower ? value > lower : value >= lower) && (excludesUpper ? value < upper : value <= upper)
  }

  package var description: String {
    let (lower, upper) = (plainNumber(lower), plainNumber(upper))
    let start = excludesLower ? "a number above \(lower) and" : "a number from \(lower)"
    return start + (excludesUpper ? " to below \(upper)" : excludesLower ? " at most \(upper)" : " to \(upper)")
  }
}

/// A number as one would write it: 2 and 1e-6 rather than 2.0 and 1e-06.
package func plainNumber(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)".replacing("e-0", with: "e-")
}
