package import Rollouts
package import Tensors
package import Tokenizers

extension RunConfiguration {
  /// What scores a run's groups, in workers and in the learner alike.
  ///
  /// - Parameters:
  ///   - judge: The run's judge, with its model where this host has it.
  ///   - lanes: What a judge with a model computes on.
  package func scorer(judge: JudgeKind, tokenizer: Tokenizer, lanes: @autoclosure () -> Lanes) throws -> GroupScorer {
    let scorer = ResponseScorer(judge: try judge.judge(judging, lanes: lanes()), reading: reading, options: scoring)
    return GroupScorer(scorer) { tokenizer.decode($0, skippingSpecialTokens: true) }
  }
}
