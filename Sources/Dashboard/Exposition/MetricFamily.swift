/// A metric with its values, in the terms of Prometheus.
public struct MetricFamily: Sendable, Equatable {
  /// How a value changes over time.
  public enum Kind: String, Sendable {
    /// It only grows while the process lives.
    case counter
    /// It goes up and down.
    case gauge
  }

  /// One value, with the labels that distinguish it within the family.
  public struct Sample: Sendable, Equatable {
    /// Names and values.
    public var labels: [String: String]

    /// The value.
    public var value: Double

    /// Creates a sample.
    public init(_ value: Double, labels: [String: String] = [:]) {
      precondition(labels.keys.allSatisfy { MetricFamily.isName($0) }, "a label's name has letters, digits and underscores")
      self.labels = labels
      self.value = value
    }
  }

  /// The name; a counter's ends in `_total`.
  public let name: String

  /// Its meaning, in one line.
  public let help: String

  /// How its values change over time.
  public let kind: Kind

  /// The values; of a family without any only the name is written.
  public var samples: [Sample]

  /// Creates a family.
  public init(_ kind: Kind, _ name: String, _ help: String, _ samples: [Sample]) {
    precondition(MetricFamily.isName(name), "a metric's name has letters, digits and underscores")
    precondition((kind == .counter) == name.hasSuffix("_total"), "counters and nothing else end in _total")
    self.kind = kind
    self.name = name
    self.help = help
    self.samples = samples
  }

  /// A family with one value, or with none.
  public init(_ kind: Kind, _ name: String, _ help: String, _ value: Double?) {
    self.init(kind, name, help, value.map { [Sample($0)] } ?? [])
  }

  /// A family with a value for each of some words.
  public init(_ kind: Kind, _ name: String, _ help: String, by label: String, _ values: [String: Double]) {
    self.init(kind, name, help, values.sorted { $0.key < $1.key }.map { Sample($0.value, labels: [label: $0.key]) })
  }

  private static func isName(_ text: String) -> Bool {
    text.utf8.first.map { !(0x30...0x39).contains($0) } == true
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f
      }
  }
}
