/// Takes answers for the same iff they are the same number exactly, or the same text up to notation.
///
/// Numbers are compared as exact fractions: `0.5`, `1/2`, `\frac{2}{4}`, `50\%`, `\$0.50`; `1,000` is 1000, `1\frac{1}{2}` is 3/2. What
/// isn't a number (of at most 256 digits) is compared as text, without regard to case, white space, LaTeX's spacing, sizing and
/// font commands, or a final period. Units are part of the text. Each answer has one key, so equality is an equivalence relation
/// and clustering takes one look-up an answer.
public struct ExactJudge: AnswerJudge {
  /// Creates a judge.
  public init() {}

  /// Whether both answers have content, and the same.
  public func isEqual(_ a: String, _ b: String) -> Bool {
    guard let key = AnswerKey(a) else { return false }
    return key == AnswerKey(b)
  }

  /// Clusters answers by equality; the question doesn't matter. O(n) in the answers' length, apart from the arithmetic of long numbers.
  public func clusters(of answers: [String], question: String) -> [Int] {
    var clusterOfKey: [AnswerKey: Int] = [:]
    var count = 0
    return answers.map { answer in
      let key = AnswerKey(answer)
      if let key, let known = clusterOfKey[key] { return known }
      if let key { clusterOfKey[key] = count }
      count += 1
      return count - 1
    }
  }
}
