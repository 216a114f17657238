internal import Meaning

/// A group's answers for a judge that asks a model: each distinct one is compared once, and empty ones with nobody.
///
/// Answers that are identical apart from white space at their ends are one.
struct DistinctAnswers: Sendable {
  /// The distinct answers, without white space at their ends, by first appearance.
  private(set) var texts: [String] = []

  /// The index in ``texts`` of each answer; nil for an empty one.
  private var places: [Int?] = []

  init(_ answers: [String]) {
    var known: [String: Int] = [:]
    for text in answers.lazy.map(\.trimmedEnds) {
      guard !text.isEmpty else {
        places.append(nil)
        continue
      }
      if known[text] == nil {
        known[text] = texts.count
        texts.append(text)
      }
      places.append(known[text])
    }
  }

  /// One cluster index an answer, numbered from 0 by first appearance.
  func clusters(by rule: ClusterRule, agreements: ([(String, String)]) throws -> [Bool]) rethrows -> [Int] {
    let clusters = try rule.clusters(count: texts.count) { pairs in
      try agreements(pairs.map { (texts[$0.first], texts[$0.second]) })
    }
    var numbers: [Int: Int] = [:]
    var count = 0
    return places.map { place in
      let cluster = place.map { clusters[$0] }
      if let cluster, let known = numbers[cluster] { return known }
      if let cluster { numbers[cluster] = count }
      count += 1
      return count - 1
    }
  }

  /// The verdict on two answers: `text` for identical ones, `empty` where one is, else what a model says of them.
  static func verdict(on first: String, and second: String, basis: Verdict.Basis, agree: (String, String) throws -> Bool) rethrows
    -> Verdict
  {
    let (a, b) = (first.trimmedEnds, second.trimmedEnds)
    guard !a.isEmpty, !b.isEmpty else { return Verdict(isEquivalent: false, basis: .empty) }
    guard a != b else { return Verdict(isEquivalent: true, basis: .text) }
    return Verdict(isEquivalent: try agree(a, b), basis: basis)
  }
}

extension String {
  /// Without white space at its ends.
  var trimmedEnds: String {
    let start = drop { $0.isWhitespace }
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }
}
