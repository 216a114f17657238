/// A judge that gives each answer a key and takes answers for the same iff their keys are equal.
///
/// Equality of keys is an equivalence relation, and a group is clustered with one look-up an answer.
public protocol KeyedJudge: AnswerJudge {
  /// What answers of one meaning share.
  associatedtype Key: Hashable, Sendable

  /// The key of an answer to a question; nil for one without content.
  func key(of answer: String, question: String) -> Key?

  /// The kind of evidence by which two keys are told apart or not.
  func basis(of first: Key, and second: Key) -> Verdict.Basis
}

extension KeyedJudge {
  /// Clusters by equal keys.
  public func clusters(of answers: [String], question: String) -> [Int] {
    Self.clusters(of: answers.map { key(of: $0, question: question) })
  }

  /// The clusters of answers with these keys, numbered from 0 by first appearance; each nil is one of its own.
  static func clusters(of keys: [Key?]) -> [Int] {
    var clusterOfKey: [Key: Int] = [:]
    var count = 0
    return keys.map { key in
      if let key, let known = clusterOfKey[key] { return known }
      if let key { clusterOfKey[key] = count }
      count += 1
      return count - 1
    }
  }

  /// Compares two keys.
  public func verdict(on first: String, and second: String, question: String) -> Verdict {
    guard let a = key(of: first, question: question), let b = key(of: second, question: question) else {
      return Verdict(isEquivalent: false, basis: .empty)
    }
    return Verdict(isEquivalent: a == b, basis: basis(of: a, and: b))
  }

  /// Whether both answers have content, and the same key.
  public func isEqual(_ first: String, _ second: String, question: String = "") -> Bool {
    guard let key = key(of: first, question: question) else { return false }
    return key == self.key(of: second, question: question)
  }
}
