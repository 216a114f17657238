/// A configuration key: its name, type, range, default and meaning, and the value it stands for.
///
/// ``all`` is the one place that knows the keys. Files, the environment, flags, checks, the resolved file, the page and the schema
/// are made from it.
public struct ConfigurationKey: Sendable {
  /// The name, with a dot between a section and its key: `sampling.top_k`.
  public let name: String

  /// What it is for, in one line of Markdown.
  public let summary: String

  /// What values it takes.
  package let values: Values

  /// Whether another value means another run: other parameters in the end. The rest may change when a run goes on.
  public let shapesOutcome: Bool

  /// The end of a value that is a path, which means something only beside the place that it was written in; nil where there is none.
  let path: @Sendable (String) -> Substring?

  /// The value as text, which ``write`` reads back exactly.
  let read: @Sendable (RunConfiguration) -> String

  /// Takes a value from text; false when the text is no such value.
  let write: @Sendable (inout RunConfiguration, String) -> Bool

  /// The values that it takes, in words fit for a message, such as "an integer from 1 to 8".
  public var expectation: String { values.description }

  /// The default as text, for the embedded model unless for another one.
  public func defaultValue(for model: DataSource = .embedded) -> String { read(RunConfiguration(defaultsFor: model)) }

  /// The section and the key within it.
  var components: [String] { name.split(separator: ".").map(String.init) }

  /// The environment variable: `EMPO_SAMPLING_TOP_K`.
  public var environmentVariable: String { "EMPO_" + components.joined(separator: "_").uppercased() }

  /// The flag as messages name it: `--sampling-top-k`, or the short name that the key has beside it.
  public var flag: String { flags[0] }

  /// The flags of `empo train` that set it, the shortest first.
  public var flags: [String] {
    let regular = "--" + components.joined(separator: "-").replacing("_", with: "-")
    return [ConfigurationKey.shortFlags[name], regular].compactMap { $0 }
  }

  /// Short names for what is set most.
  static let shortFlags = [
    "prompt_template": "--prompt", "sampling.max_new_tokens": "--max-tokens", "sampling.temperature": "--temperature",
    "optimizer.learning_rate": "--learning-rate", "learner.metrics": "--metrics",
  ]

  /// The value of a configuration under this key, as text.
  public func value(in configuration: RunConfiguration) -> String { read(configuration) }

  /// The key of a name.
  public static func named(_ name: String) -> ConfigurationKey? {
    byName[name]
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
