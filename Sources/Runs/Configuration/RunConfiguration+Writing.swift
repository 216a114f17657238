import Digests
import EMPO
import Meaning
import Training

extension RunConfiguration {
  /// The resolved configuration as YAML: every key, in the order of ``ConfigurationKey/all``. Reads back to an equal
  /// configuration.
  ///
  /// - Parameter isCommented: Whether each key's meaning stands above it.
  /// - Parameter open: The keys to leave to the user, which stand as comments.
  public func yaml(isCommented: Bool = false, open: Set<String> = []) -> String {
    var lines: [String] = []
    for (section, keys) in ConfigurationKey.sections() {
      let indent = section == nil ? "" : "  "
      if let section { lines.append("\(section):") }
      for key in keys {
        if isCommented { lines.append("\(indent)# \(key.summary) Takes \(key.expectation).") }
        var copy = self
        let text = key.read(self)
        // What must be given has no value that a file could hold.
        let isOpen = open.contains(key.name)
        let value = isOpen && !key.write(&copy, text) ? key.values.placeholder : RunConfiguration.scalar(text)
        lines.append("\(indent)\(isOpen ? "# " : "")\(key.components.last ?? ""): \(value)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A digest of what decides the run's outcome, as 64 hexadecimal digits. Two configurations with one digest make the same
  /// run of the same data, however many workers, threads and checkpoints it has.
  public var outcomeDigest: String {
    let values = outcomeKeys.map { "\($0.name)=\(RunConfiguration.scalar($0.read(self)))\n" }.joined()
    return SHA256.hexadecimalDigest(of: Array(values.utf8))
  }

  /// The values that decide the run's outcome, as text, by the names of their keys.
  package var outcomeValues: [String: String] { Dictionary(uniqueKeysWithValues: outcomeKeys.map { ($0.name, $0.read(self)) }) }

  /// With a constant learning rate a longer run begins with the shorter one, so that `steps` may grow when a run goes on. A run that
  /// leaves no question out is the one that it was before there was a choice. Adapters that are not trained decide nothing. A guard decides
  /// where it may end the run, and so do measurements then.
  private var outcomeKeys: [ConfigurationKey] {
    ConfigurationKey.all.filter { key in
      if key.name.hasPrefix("guard") || ["evaluate_every", "evaluate_before"].contains(key.name) { return guardAction == .stop }
      return key.shapesOutcome && (key.name != "steps" || optimizer.schedule != .constant)
        && (key.name != "skip_unanimous" || skipUnanimous > 0)
        && (key.components[0] != "lora" || train == .lora)
    }
  }

  /// Plain where YAML would read back the same text, double-quoted else.
  static func scalar(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "._/-+".utf8.contains(byte)
    }
    let isSafe = plain && text.first.map { $0.isLetter || $0.isNumber || $0 == "/" } == true
    if isSafe, !["null", "Null", "NULL"].contains(text) { return text }
    return "\"" + text.unicodeScalars.map(escape).joined() + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    case " "..."~": return String(scalar)
    default:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
  }
}

extension ConfigurationKey {
  /// The keys without a section and those of each section, in order; a section stands where its first key does.
  static func sections() -> [(section: String?, keys: [ConfigurationKey])] {
    var sections: [(section: String?, keys: [ConfigurationKey])] = []
    for key in all {
      let section = key.components.count == 2 ? key.components[0] : nil
      if sections.last?.section == section, !sections.isEmpty {
        sections[sections.count - 1].keys.append(key)
      } else {
        sections.append((section, [key]))
      }
    }
    return sections
  }
}
