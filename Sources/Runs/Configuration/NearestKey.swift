internal import JSON

/// What a misspelt key may have been meant to be.
enum NearestKey {
  /// A remark that names the nearest key as `spelling` writes it, or the nearest of other words; empty where none is near.
  static func suggestion(for found: String, among spelling: (ConfigurationKey) -> String, or others: [String] = []) -> String {
    NearestWord.remark(on: found, among: ConfigurationKey.all.map(spelling) + others)
  }

  /// What may stand at the outermost level of a file beside keys: the sections, and the name of a preset.
  static let outermost =
    Array(Set(ConfigurationKey.all.map(\.components).filter { $0.count == 2 }.map { $0[0] })).sorted() + [ConfigurationPreset.key]

  /// The keys of a section, without its name; nil where there is no such section.
  static func keys(inSection section: String) -> [String]? {
    let keys = ConfigurationKey.all.map(\.components).filter { $0.count == 2 && $0[0] == section }.map { $0[1] }
    return keys.isEmpty ? nil : keys
  }
}
