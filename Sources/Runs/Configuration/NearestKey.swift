internal import JSON

/// What a misspelt key may have been meant to be.
enum NearestKey {
  /// A remark that names the nearest key as `spelling` writes it; empty where none is near.
  static func suggestion(for found: String, among spelling: (ConfigurationKey) -> String) -> String {
    let found = String(found.prefix(64))
    let ranked = ConfigurationKey.all.map { key in (name: spelling(key), distance: distance(found, key, spelling(key))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), NearestName.isNear(best.distance, to: found) else { return "" }
    return ", did you mean \(best.name)?"
  }

  /// The keys of a section, without its name; nil where there is no such section.
  static func keys(inSection section: String) -> [String]? {
    let keys = ConfigurationKey.all.map(\.components).filter { $0.count == 2 && $0[0] == section }.map { $0[1] }
    return keys.isEmpty ? nil : keys
  }

  /// A key may be misspelt, or stand outside or inside the wrong section.
  private static func distance(_ found: String, _ key: ConfigurationKey, _ spelling: String) -> Int {
    let whole = NearestName.distance(found, spelling)
    guard let last = key.components.last, let part = found.split(separator: ".").last, part == last else { return whole }
    return min(whole, 1)
  }
}
