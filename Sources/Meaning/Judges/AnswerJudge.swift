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
}
