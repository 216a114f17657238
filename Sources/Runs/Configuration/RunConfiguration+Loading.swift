import Configuration
import Files
public import Foundation
internal import Training

extension RunConfiguration {
  /// Variables that begin like keys and are none: builds, tests, scripts, `empo serve`, and the choice of kernels and of OpenBLAS use them.
  package static let reservedVariables: Set<String> = [
    "EMPO_API_KEY", "EMPO_BUILD", "EMPO_DATA", "EMPO_KERNELS", "EMPO_MINILM", "EMPO_OPENBLAS", "EMPO_PARITY", "EMPO_PYTHON", "EMPO_STRICT",
  ]

  /// Reads a configuration: the preset first, then what the file, the environment and then flags say instead.
  ///
  /// A relative path in the file is beside the file; one in the environment or a flag is in the working directory. The
  /// result holds absolute paths.
  ///
  /// - Parameters:
  ///   - file: A YAML file.
  ///   - environment: Variables; those that begin with `EMPO_` are looked at.
  ///   - flags: Values by full key name, such as `sampling.top_k`.
  ///   - preset: A preset, in place of one that the environment or the file names.
  /// - Throws: An error that names the file and line, variable or flag, what was found and what was expected.
  public static func load(
    file: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment, flags: [String: String] = [:],
    preset: ConfigurationPreset? = nil
  ) throws -> RunConfiguration {
    let content = try file.map { path throws in try YAMLFile(path: path) }
    let folder = file.map { DurableFile.parent(of: $0) }
    try refuseUnknown(environment: environment)
    try refuseUnknown(flags: flags)
    let sources = ConfigurationSources(file: content, fileName: file, environment: environment, flags: flags)
    return try resolve(
      sources, preset: try chosenPreset(flag: preset, environment: environment, file: content, fileName: file), folder: folder)
  }

  /// The preset that a flag, the environment or a file names.
  package static func chosenPreset(
    flag: ConfigurationPreset?, environment: [String: String] = ProcessInfo.processInfo.environment, file: String?
  ) throws -> ConfigurationPreset? {
    let content = try file.map { path throws in try YAMLFile(path: path) }
    return try chosenPreset(flag: flag, environment: environment, file: content, fileName: file)
  }

  private static func chosenPreset(
    flag: ConfigurationPreset?, environment: [String: String], file: YAMLFile?, fileName: String?
  ) throws -> ConfigurationPreset? {
    if let flag { return flag }
    if let name = environment[ConfigurationPreset.environmentVariable] {
      return try ConfigurationPreset(named: name, place: "environment \(ConfigurationPreset.environmentVariable)")
    }
    return try file?.preset.map { name throws in
      try ConfigurationPreset(named: name.text, place: "\(fileName ?? "configuration") line \(name.line)")
    }
  }

  /// Reads a configuration from the text of a resolved file alone, such as a worker is given by its learner. Paths stay as
  /// they are.
  public init(yaml: String, name: String = "config.yaml") throws {
    let content = try YAMLFile(text: yaml, name: name)
    self = try RunConfiguration.resolve(
      ConfigurationSources(file: content, fileName: name, environment: [:], flags: [:]),
      preset: try RunConfiguration.chosenPreset(flag: nil, environment: [:], file: content, fileName: name), folder: nil, keepsPaths: true)
  }

  /// The configuration that a run began with.
  package init(contentsOf folder: RunFolder) throws {
    guard let text = try? String(contentsOfFile: folder.configuration, encoding: .utf8) else {
      throw RunsError(.runFolder, "cannot read \(folder.configuration): expected the configuration that the run began with")
    }
    try self.init(yaml: text, name: folder.configuration)
  }

  /// Throws unless every flag is a key's and has a value in its range.
  package static func check(flags: [String: String]) throws {
    var configuration = RunConfiguration()
    try configuration.take(flags: flags)
  }

  /// Takes what flags say, by full key name. What values of several keys must be to each other is left to ``validate()``.
  package mutating func take(flags: [String: String]) throws {
    try RunConfiguration.refuseUnknown(flags: flags)
    let sources = ConfigurationSources(file: nil, fileName: nil, environment: [:], flags: flags)
    for key in ConfigurationKey.all {
      if let found = sources.value(of: key) { try RunConfiguration.take(found, key, into: &self) }
    }
  }

  private static func take(
    _ found: ConfigurationSources.Found, _ key: ConfigurationKey, into configuration: inout RunConfiguration
  ) throws {
    guard key.write(&configuration, found.text) else {
      let told = found.text.isEmpty ? "nothing" : excerpt(found.text)
      throw RunsError(
        .configuration,
        "\(found.place): \(key.name): found \(told), expected \(key.expectation)\(key.values.suggestion(for: found.text))")
    }
  }

  private static func resolve(
    _ sources: ConfigurationSources, preset: ConfigurationPreset?, folder: String?, keepsPaths: Bool = false
  ) throws -> RunConfiguration {
    var values: [(key: ConfigurationKey, found: ConfigurationSources.Found)] = []
    for key in ConfigurationKey.all {
      if let found = sources.value(of: key) { values.append((key, found)) }
    }
    var configuration = RunConfiguration(defaultsFor: .embedded, preset: preset)
    // The model decides on the defaults of everything else.
    for (key, found) in values where key.name == "model" {
      try take(found, key, into: &configuration)
      configuration = RunConfiguration(defaultsFor: configuration.model, preset: preset)
    }
    for (key, found) in values {
      try take(found, key, into: &configuration)
      if !keepsPaths { _ = key.write(&configuration, absolute(found.text, key, in: found.isFromFile ? folder ?? "." : ".")) }
    }
    let given = Dictionary(uniqueKeysWithValues: values.map { ($0.key.name, $0.found.text) })
    // A prompt of the user's own does not bring the preset's system message along.
    if given["system"] == nil, let prompt = given["prompt_template"] {
      configuration.system = PromptPreset(rawValue: prompt)?.system
    }
    // Adapters bear, and need, about ten times the rate of all weights.
    if given["optimizer.learning_rate"] == nil {
      let defaults = RunConfiguration(defaultsFor: configuration.model, preset: preset)
      configuration.optimizer.learningRate = defaults.learningRate(training: configuration.train)
    }
    // A short trial run should not have to say that it warms up for less long.
    if given["optimizer.warmup_steps"] == nil {
      configuration.optimizer.warmupSteps = min(configuration.optimizer.warmupSteps, configuration.steps)
    }
    try configuration.validate()
    return configuration
  }

  /// A value whose path, where it has one, is no longer relative to a folder.
  private static func absolute(_ text: String, _ key: ConfigurationKey, in folder: String) -> String {
    guard let path = key.path(text) else { return text }
    let base = URL(fileURLWithPath: folder, isDirectory: true)
    return text.dropLast(path.count) + URL(fileURLWithPath: String(path), relativeTo: base).standardizedFileURL.path
  }

  /// The variables that say something else than this configuration, for a run that goes on without looking at them.
  package func contradicting(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> [String] {
    ConfigurationKey.all.filter { key in
      guard let text = environment[key.environmentVariable] else { return false }
      var other = self
      return !key.write(&other, Self.absolute(text, key, in: ".")) || key.read(other) != key.read(self)
    }.map(\.environmentVariable)
  }

  private static func refuseUnknown(environment: [String: String]) throws {
    let known = Set(ConfigurationKey.all.map(\.environmentVariable)).union(reservedVariables)
      .union([ConfigurationPreset.environmentVariable])
    guard let unknown = environment.keys.sorted().first(where: { $0.hasPrefix("EMPO_") && !known.contains($0) }) else { return }
    let suggestion = NearestKey.suggestion(
      for: unknown, among: \.environmentVariable, or: [ConfigurationPreset.environmentVariable])
    throw RunsError(.configuration, "environment: unknown variable \(excerpt(unknown))\(suggestion)")
  }

  private static func refuseUnknown(flags: [String: String]) throws {
    guard let unknown = flags.keys.sorted().first(where: { ConfigurationKey.named($0) == nil }) else { return }
    throw RunsError(
      .configuration, "flags: unknown key \(excerpt(unknown))\(NearestKey.suggestion(for: unknown, among: \.name))")
  }
}

/// Where values come from: flags before the environment before the file.
private struct ConfigurationSources {
  struct Found {
    var text: String
    var place: String
    var isFromFile: Bool
  }

  private let file: YAMLFile?
  private let fileName: String
  private let flags: [String: String]
  private let environment: [String: String]
  private let reader: ConfigReader

  init(file: YAMLFile?, fileName: String?, environment: [String: String], flags: [String: String]) {
    self.file = file
    self.fileName = fileName ?? "configuration"
    self.flags = flags
    self.environment = environment
    reader = ConfigReader(providers: [
      ConfigurationSources.provider("flags", flags),
      EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "empo"),
      ConfigurationSources.provider("file", (file?.scalars ?? [:]).mapValues(\.text)),
    ])
  }

  func value(of key: ConfigurationKey) -> Found? {
    guard let text = reader.string(forKey: ConfigKey(key.components)) else { return nil }
    if flags[key.name] != nil {
      return Found(text: text, place: "flag \(key.flag)", isFromFile: false)
    }
    if environment[key.environmentVariable] != nil {
      return Found(text: text, place: "environment \(key.environmentVariable)", isFromFile: false)
    }
    let line = file?.scalars[key.name]?.line
    return Found(text: text, place: fileName + (line.map { " line \($0)" } ?? ""), isFromFile: true)
  }

  private static func provider(_ name: String, _ values: [String: String]) -> InMemoryProvider {
    let pairs = values.map { key, text in
      (AbsoluteConfigKey(key.split(separator: ".").map(String.init)), ConfigValue(.string(text), isSecret: false))
    }
    return InMemoryProvider(name: name, values: Dictionary(uniqueKeysWithValues: pairs))
  }
}
