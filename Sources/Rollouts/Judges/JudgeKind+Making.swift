public import Meaning
public import Tensors

extension JudgeKind {
  /// Makes the judge; one with a model reads it, and computes on `lanes`.
  ///
  /// Throws where the folder holds no such model.
  public func judge(_ options: JudgeOptions = JudgeOptions(), lanes: @autoclosure () -> Lanes) throws -> any AnswerJudge {
    switch self {
    case .exact: ExactJudge()
    case .math: MathJudge()
    case .choice: ChoiceJudge()
    case .text: TextJudge()
    case .embedding(let folder):
      try EmbeddingJudge(folder: folder, threshold: options.similarity, rule: options.clusterRule, lanes: lanes())
    case .verifier(let folder):
      try VerifierJudge(folder: folder, directions: options.directions, rule: options.clusterRule, lanes: lanes())
    }
  }
}
