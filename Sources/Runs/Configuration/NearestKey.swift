/// What a misspelt key may have been meant to be.
enum NearestKey {
  /// A remark that names the nearest key as `spelling` writes it; empty where none is near.
  static func suggestion(for found: String, among spelling: (ConfigurationKey) -> String) -> String {
    let found = String(found.prefix(64))
    let ranked = ConfigurationKey.all.map { key in (name: spelling(key), distance: distance(found, key, spelling(key))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(2, found.count / 3) else { return "" }
    return ", did you mean \(best.name)?"
  }

  /// The keys of a section, without its name; nil where there is no such section.
  static func keys(inSection section: String) -> [String]? {
    let keys = ConfigurationKey.all.map(\.components).filter { $0.count == 2 && $0[0] == section }.map { $0[1] }
    return keys.isEmpty ? nil : keys
  }

  /// A key may be misspelt, or stand outside or inside the wrong section.
  private static func distance(_ found: String, _ key: ConfigurationKey, _ spelling: String) -> Int {
    let whole = editDistance(found, spelling)
    guard let last = key.components.last, let part = found.split(separator: ".").last, part == last else { return whole }
    return min(whole, 1)
  }

  /// Insertions, deletions, substitutions and exchanges of neighbours (optimal string alignment).
  private static func editDistance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first.lowercased()), Array(second.lowercased()))
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        var least = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, before[j - 1] + 1)
        }
        current.append(least)
      }
      (before, previous) = (previous, current)
    }
    return previous[b.count]
  }
}
