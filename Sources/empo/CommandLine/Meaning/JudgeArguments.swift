import ArgumentParser
import Benches
import Foundation
import Meaning
import Rollouts
import Runs
import Tensors

/// The judge of equal meaning, and its settings.
struct JudgeArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The judge of equal meaning: exact, math, choice, text, embedding:DIR, nli:DIR or verifier:DIR.", valueName: "JUDGE"))
  var judge = "math"

  @Option(
    help: ArgumentHelp("Significant digits by which the math judge compares numbers that have no exact form.", valueName: "N"),
    transform: Bounds.integer(MathJudge.Options.roundingDigitsRange))
  var judgeRounding = JudgeOptions().math.roundingDigits

  @Option(help: ArgumentHelp("How a model judge's opinions on pairs become clusters: components or first-match.", valueName: "RULE"))
  var judgeClusters = JudgeOptions().clusterRule

  @Option(
    help: ArgumentHelp("The least cosine of two embeddings that mean the same.", valueName: "X"),
    transform: Bounds.number("a cosine from -1 to 1") { -1...1 ~= $0 })
  var judgeThreshold = JudgeOptions().similarity

  @Option(
    help: ArgumentHelp(
      "The reference that a verifier is shown: both, each answer of the pair in turn, or one, the earlier answer.", valueName: "D"))
  var judgeDirections = JudgeOptions().direction

  @Option(
    help: ArgumentHelp("The verifier's prompt: general-verifier, or plain, a question through the chat template.", valueName: "P"))
  var judgePrompt = JudgeOptions().prompt

  @Option(
    help: ArgumentHelp("Threads of a model judge; by default as many as there are processors.", valueName: "N"),
    transform: Bounds.integer(1...1024))
  var threads: Int?

  func validate() throws {
    do {
      _ = try JudgeKind(judge)
    } catch {
      throw ValidationError(error.message + (ConfigurationKey.named("judge")?.values.suggestion(for: judge) ?? ""))
    }
  }

  /// Makes the judge.
  func make() throws -> any AnswerJudge {
    try JudgeKind(judge).judge(
      JudgeOptions(
        math: MathJudge.Options(roundingDigits: judgeRounding), clusterRule: judgeClusters, similarity: judgeThreshold,
        direction: judgeDirections, prompt: judgePrompt),
      lanes: Lanes(count: threads ?? ProcessInfo.processInfo.activeProcessorCount))
  }
}
