/// Decides which answers mean the same.
public protocol AnswerJudge: Sendable {
  /// Clusters the answers to one question by meaning.
  ///
  /// Returns one cluster index an answer, numbered from 0 by first appearance. Each empty answer is a cluster of its own: silence agrees with
  /// nobody. The result depends on nothing but the arguments. Judges that ask something outside (a model, a process) throw when it fails.
  ///
  /// - Parameters:
  ///   - answers: extracted answers, in sample order.
  ///   - question: what they answer, for judges whose decision depends on it.
  func clusters(of answers: [String], question: String) throws -> [Int]

  /// Whether two answers to one question mean the same, and by which kind of evidence that was decided.
  func verdict(on first: String, and second: String, question: String) throws -> Verdict
}

extension AnswerJudge {
  /// Whether both answers have content, and the same meaning.
  public func isEqual(_ first: String, _ second: String, question: String = "") throws -> Bool {
    try verdict(on: first, and: second, question: question).isEquivalent
  }
}
