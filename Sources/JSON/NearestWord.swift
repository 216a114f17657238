/// What a misspelt word may have been meant to be: the nearest of some words, by whole words and by letters.
///
/// A name is split into its words at dots, hyphens and underscores. Each word found may be the beginning of the word that was meant, or differ
/// from it in a few letters, and words may be left out: `sampling.temp` is near `sampling.temperature`, `trian` near `train`, `max_tokens` near
/// `sampling.max_new_tokens`.
package enum NearestWord {
  /// The end of a message that names the nearest word, or those that are as near; empty where none is near.
  package static func remark(on found: String, among words: some Sequence<String>) -> String {
    let nearest = nearest(to: found, among: words)
    return nearest.isEmpty ? "" : ", did you mean \(nearest.joined(separator: " or "))?"
  }

  /// The nearest word and those that are as near, the most alike in length first; none where none is near.
  package static func nearest(to found: String, among words: some Sequence<String>) -> [String] {
    let found = String(found.prefix(longest))
    let near = words.compactMap { word in word == found ? nil : distance(from: found, to: word).map { (word: word, distance: $0) } }
    guard let least = near.map(\.distance).min() else { return [] }
    let nearest = near.filter { $0.distance == least }.map(\.word)
    return Array(nearest.sorted { abs($0.count - found.count) < abs($1.count - found.count) }.prefix(most))
  }

  /// How many words are named at most.
  private static let most = 3

  /// No name is longer, and the distance of long texts would take long.
  private static let longest = 64

  /// Names have at most five words.
  private static let mostParts = 8

  /// How many letters the beginning of a word has at least.
  private static let shortestBeginning = 3

  /// How far a word is from what was found; nil where it is not near.
  private static func distance(from found: String, to word: String) -> Int? {
    let (a, b) = (bare(found), bare(word))
    // Of a short word, two letters that differ leave nothing.
    let third = max(2, a.count / 3)
    var distances = [editDistance(a, b)].filter { $0 <= (a.count < 6 ? 1 : third) && $0 < a.count }
    if a.count >= shortestBeginning, b.hasPrefix(a) { distances.append(1) }
    if b.count > shortestBeginning, a.count <= 2 * b.count, a.hasPrefix(b) { distances.append(2) }
    // A key without the name of its section is as near as it is with it.
    let isWithoutSection = !a.contains(".") && b.contains(".")
    let inner = isWithoutSection ? b.drop { $0 != "." } : b[...]
    if let byWords = distance(parts(a[...]), parts(inner)), byWords <= third { distances.append(byWords) }
    return distances.min()
  }

  /// How far a name is from another by their words, of which the last ones must be near.
  private static func distance(_ found: [Substring], _ meant: [Substring]) -> Int? {
    guard let last = found.last, let other = meant.last, let one = distance(last, other) else { return nil }
    return one + distance(found.dropLast()[...], meant.dropLast()[...])
  }

  /// Words that are left out count one, words that are too many count two.
  private static func distance(_ found: ArraySlice<Substring>, _ meant: ArraySlice<Substring>) -> Int {
    guard let first = found.first else { return meant.count }
    guard let other = meant.first else { return 2 * found.count }
    let left = distance(found, meant.dropFirst()) + 1
    let added = distance(found.dropFirst(), meant) + 2
    let both = distance(first, other).map { $0 + distance(found.dropFirst(), meant.dropFirst()) }
    return min(left, added, both ?? .max)
  }

  /// How far one word is from another; nil where they have little in common.
  private static func distance(_ found: Substring, _ meant: Substring) -> Int? {
    if found == meant { return 0 }
    if found.count >= shortestBeginning, meant.hasPrefix(found) { return 1 }
    let distance = editDistance(String(found), String(meant))
    return distance <= min(found.count, meant.count) / 3 ? distance : nil
  }

  /// A name in small letters, without the hyphens before an option.
  private static func bare(_ name: String) -> String { String(name.lowercased().drop { $0 == "-" }) }

  private static func parts(_ name: Substring) -> [Substring] { Array(name.split { ".-_: ".contains($0) }.suffix(mostParts)) }

  /// Insertions, deletions, substitutions and exchanges of neighbours (optimal string alignment).
  private static func editDistance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
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
