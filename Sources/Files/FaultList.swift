extension [String] {
  /// The first dozen, and how many more there are: a wrong file may have hundreds of faults, and the first few explain it.
  package func listed(_ shown: Int = 12) -> String {
    let text = prefix(shown).map { String($0.prefix(200)) }.joined(separator: ", ")
    return count > shown ? text + " and \(count - shown) more" : text
  }
}
