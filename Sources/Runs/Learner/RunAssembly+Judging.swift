import Evaluation
import Foundation
import HuggingFace
import Rollouts
import Tensors
import Tokenizers
import Transformer

extension RunAssembly {
  /// Threads that the learner computes with.
  package var learnerThreads: Int {
    configuration.learner.threads > 0 ? configuration.learner.threads : ProcessInfo.processInfo.activeProcessorCount
  }

  /// What judges the tokens that workers send. A judge's model is read only where there is something to measure.
  package func judge(in folder: RunFolder) throws -> RunJudge {
    let needsModel = configuration.judge.folder != nil
    let tokenizer = base.tokenizer
    let measure =
      heldOut.isEmpty
      ? nil
      : HeldOutMeasure(
        questions: heldOut,
        evaluator: Evaluator(
          judge: try configuration.judge.judge(configuration.judging, lanes: Lanes(count: learnerThreads)), reading: configuration.reading),
        decode: { tokenizer.decode($0, skippingSpecialTokens: true) })
    return RunJudge(
      seed: configuration.seed,
      scorer: needsModel ? nil : try configuration.scorer(judge: configuration.judge, tokenizer: tokenizer, lanes: Lanes(count: 1)),
      measure: measure, answers: EvaluatedAnswers(folder))
  }

  /// What scores recorded groups again, with the judge's model where it has one.
  package func scoringJudge() throws -> RunJudge {
    RunJudge(
      seed: configuration.seed,
      scorer: try configuration.scorer(judge: configuration.judge, tokenizer: base.tokenizer, lanes: Lanes(count: learnerThreads)))
  }

  /// The most responses that are checked at a time: those of one group, or to one held-out question.
  package var checkedSequences: Int {
    min(configuration.worker.maximumSequences, max(configuration.groupSize, heldOut.isEmpty ? 0 : 1 + HeldOutMeasure.samples))
  }

  /// What checks groups in the learner itself, over a policy of its own.
  ///
  /// It computes on threads of its own, as many as the learner's: the next update waits for the checks of its groups, and with a lag the
  /// update of the step before runs at the same time. The system then divides the processors between both.
  package func checker() throws -> EngineSampler {
    let lanes = Lanes(count: learnerThreads)
    return try EngineSampler(
      try receiver(), lanes: lanes, arithmetic: arithmetic, packing: false,
      scorer: try configuration.scorer(judge: configuration.judge, tokenizer: base.tokenizer, lanes: lanes),
      options: configuration.sampling, stopTokens: base.configuration.endTokens, maximumSequences: checkedSequences,
      maximumLength: positions)
  }
}
