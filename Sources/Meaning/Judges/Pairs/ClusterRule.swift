/// How clusters are drawn where all that is known is which pairs of answers agree.
///
/// On an equivalence relation both rules give its classes. A model's opinion needn't be transitive, and then they differ: where a agrees with b
/// and b with c, but a not with c, `components` makes one cluster, and `firstMatch` makes {a, b} and {c}.
///
/// EMPO's code has two implementations. That on TRL has one routine (`get_semantic_ids`, from the semantic-uncertainty code) for mathematics,
/// where Math-Verify judges the pairs, and for free-form answers, where a verifier model is asked with the earlier answer as the reference
/// only. Its clusters are opened by the same answers as those of `firstMatch`; but each opening answer claims all later ones that it agrees
/// with, also those that an earlier one has claimed, so that an answer which agrees with the first members of several clusters ends in the
/// last of them. That on verl (`post_semantic_cluster`, pairs by Math-Verify, one order of each taken for both) is `firstMatch`.
public enum ClusterRule: String, Sendable, CaseIterable {
  /// The connected components of agreement.
  case components
  /// An answer joins the first cluster whose first member it agrees with, else opens one.
  case firstMatch = "first-match"

  /// Clusters answers by their pairs, asking many at a time.
  ///
  /// Asks only what is not known yet, in at most one round an answer (`components`) or a cluster (`firstMatch`). Pairs have the lower index
  /// first. At most n(n−1)/2 pairs in all.
  ///
  /// - Parameters:
  ///   - count: the number of answers.
  ///   - agreements: whether the answers of each of some pairs agree, in order.
  /// - Returns: one cluster index an answer, numbered from 0 by first appearance.
  public func clusters(count: Int, agreements: ([(first: Int, second: Int)]) throws -> [Bool]) rethrows -> [Int] {
    var clusters = [Int](repeating: 0, count: count)
    var rest = Array(0..<count)
    var cluster = 0
    while let opener = rest.first {
      var members = [opener]
      rest.removeFirst()
      var next = 0
      while next < members.count, !rest.isEmpty {
        let member = members[next]
        let agree = try agreements(rest.map { (min(member, $0), max(member, $0)) })
        precondition(agree.count == rest.count, "\(agree.count) opinions on \(rest.count) pairs")
        members += zip(rest, agree).filter(\.1).map(\.0)
        rest = zip(rest, agree).filter { !$0.1 }.map(\.0)
        if self == .firstMatch { break }
        next += 1
      }
      for member in members { clusters[member] = cluster }
      cluster += 1
    }
    return clusters
  }

  /// Clusters answers by their pairs, asking one at a time: the same pairs, and the same clusters, as with many at a time.
  public func clusters(count: Int, agree: (Int, Int) throws -> Bool) rethrows -> [Int] {
    try clusters(count: count) { pairs in try pairs.map { try agree($0.first, $0.second) } }
  }
}
