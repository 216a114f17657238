/// Which name a misspelt one may have been meant to be.
package enum NearestName {
  /// The nearest of some names; nil where none is near.
  package static func name(to found: String, among names: some Sequence<String>) -> String? {
    let found = String(found.prefix(64))
    let ranked = names.map { (name: $0, distance: distance(found, $0)) }
    // The names themselves decide between two that are as near, so that their order does not matter.
    let best = ranked.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    // A name that shares nothing with the one that was found is not near, however short both are.
    guard let best, best.distance < found.count, isNear(best.distance, to: found) else { return nil }
    return best.name
  }

  /// Whether so many edits may be a slip.
  package static func isNear(_ distance: Int, to found: String) -> Bool {
    distance <= max(2, found.count / 3)
  }

  /// Insertions, deletions, substitutions and exchanges of neighbours (optimal string alignment), regardless of case.
  package static func distance(_ first: String, _ second: String) -> Int {
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
