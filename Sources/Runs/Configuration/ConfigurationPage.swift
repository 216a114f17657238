/// The page of all keys, in Markdown: an article of the manual, which is read on a code host as well.
package enum ConfigurationPage {
  /// The page.
  package static var text: String {
    ([introduction] + ConfigurationGroup.allCases.map(section) + [presets]).joined(separator: "\n")
  }

  private static var introduction: String {
    """
    # Configuration

    Every key of a run's configuration, with its default and its values.

    The value of a key comes from the first of these that has one:

    1. a flag of [`empo train`](Commands.md#empo-train), `--sampling-top-k 20`;
    2. an environment variable, `EMPO_SAMPLING_TOP_K=20`;
    3. the YAML file (`empo train my.yaml`), in which `sampling.top_k` is the key `top_k` in the section `sampling`;
    4. a [preset](#presets), `--preset paper-maths-trl`;
    5. its default.

    A flag is the key with `-` for dots and `_`. Some keys have a short flag as well, which stands beside them below. A key that is
    true or false has two flags, such as `--mask-truncated` and `--no-mask-truncated`. An unknown key or a value out of range is an
    error that names it.

    Where two defaults are given, the first is for the embedded model and the second for a model of your own.

    `empo config` prints this page. `empo config --format yaml` prints a file of all defaults to begin with, and with `--model DIR`
    those for your model. [cluster/config.schema.json](../../../cluster/config.schema.json), which `--format schema` prints, lets an
    editor complete and check a file that begins with `# yaml-language-server: $schema=PATH/config.schema.json`.

    """
  }

  private static func section(_ group: ConfigurationGroup) -> String {
    let rows = group.keys.map { key in
      let names = [key.name] + key.flags.dropLast()
      let cells = [names.map { "`\($0)`" }.joined(separator: ", "), defaults(of: key), values(key.values), key.summary]
      return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    return "## \(group.title)\n\n\(group.seeAlso)\n\n| key | default | values | meaning |\n|---|---|---|---|\n" + rows.joined()
  }

  private static var presets: String {
    let sections = ConfigurationPreset.allCases.map { preset in
      let rows = preset.values.map { name, text in
        let number = ConfigurationKey.named(name)?.values.isNumeric == true
        return "| `\(name)` | \(number ? text : "`\(text)`") |\n"
      }
      return "### \(preset.rawValue)\n\n\(preset.summary) From \(preset.source)\n\n| key | value |\n|---|---|\n" + rows.joined()
    }
    return """
      ## Presets

      Settings of the paper's runs, by name: a flag `--preset NAME`, a variable `\(ConfigurationPreset.environmentVariable)` or a key `preset` in the
      file. A preset stands above the defaults and below all that you say; the run folder keeps its values, not its name. They are settings for
      hosts with GPUs and data sets of thousands of questions: `empo train … --dry-run` prints what a run would take. `empo config --format yaml
      --preset NAME` prints a file with its values.


      """ + sections.joined(separator: "\n")
  }

  private static func defaults(of key: ConfigurationKey) -> String {
    let defaults = key.defaults
    let shown = { (text: String?) in text.map { key.values.isNumeric ? $0 : "`\($0)`" } ?? "must be given" }
    return defaults.own == defaults.embedded ? shown(defaults.embedded) : shown(defaults.embedded) + ", " + shown(defaults.own)
  }

  private static func values(_ values: ConfigurationKey.Values) -> String {
    switch values {
    case .integer, .number: values.description
    case .flag: "`true` or `false`"
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .text(let texts): (texts.words.map { "`\($0)`" } + [marked(texts.others)]).joined(separator: ", ")
    case .object: "a JSON object"
    }
  }

  /// Marks what is meant to the letter in a sentence of plain words: `{question}`, `embedding:DIR`.
  private static func marked(_ text: String) -> String {
    text.split(separator: " ").map { word in
      guard word.contains(where: { ":{".contains($0) }) else { return String(word) }
      let letters = word.hasSuffix(",") ? word.dropLast() : word
      return "`\(letters)`" + word[letters.endIndex...]
    }.joined(separator: " ")
  }
}

extension ConfigurationKey {
  /// The defaults as they are written, for the embedded model and for one of the user's own; nil for a value that must be given.
  var defaults: (embedded: String, own: String?) {
    let embedded = written(defaultValue())
    // The key that chooses between the two has one default. The other defaults are those for a model that tells nothing about itself.
    guard name != "model" else { return (embedded, embedded) }
    let own = read(Self.ownModel)
    var configuration = RunConfiguration()
    return (embedded, write(&configuration, own) ? written(own) : nil)
  }

  private static let ownModel = RunConfiguration(defaultsFor: .path("/dev/null"))

  /// The default in a sentence, for help and editors.
  package var defaultRemark: String {
    let defaults = defaults
    if defaults.own == defaults.embedded { return "Default: \(defaults.embedded)." }
    return "Default: \(defaults.embedded); for a model of your own " + (defaults.own.map { "\($0)." } ?? "it must be given.")
  }

  private func written(_ text: String) -> String {
    if values.isNumeric { return Double(text).map(plainNumber) ?? text }
    return PromptPreset.allCases.first { $0.template == text }?.rawValue ?? text
  }
}

extension ConfigurationKey.Values {
  var isNumeric: Bool {
    switch self {
    case .integer, .number: true
    case .flag, .choice, .text, .object: false
    }
  }
}
