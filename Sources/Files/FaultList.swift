extension [String] {
  /// The first dozen, and how many more there are: what is wrong has hundreds of faults, of which the first few say it all.
  package func listed(_ shown: Int = 12) -> String {
    let text = prefix(shown).map { String($0.prefix(200)) }.joined(separator: ", ")
    return count > shown ? text + " and \(count - shown) more" : text
  }
}
