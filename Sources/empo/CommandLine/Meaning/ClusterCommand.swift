import ArgumentParser
import EMPO
import JSON
import Rollouts

/// `empo cluster`: how much the responses to a question agree.
struct ClusterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster", abstract: "Clusters the responses to questions by meaning; JSON lines in and out.",
    discussion: """
      {"question": …, "responses": […]} becomes {"answers", "clusters", "probabilities", "semantic_entropy", "rewards", "kept"}: an answer, \
      a cluster and a reward for each response, and a probability for each cluster, in the order of their first members. A response is a \
      text, or {"text", "log_probability", "tokens"} or {"text", "logprobs"}, as empo generate writes it, which --entropy likelihood needs. \
      --reward accuracy reads "answer": a text, a number or a list of these, of which any is right; \\boxed{5} and the like are read as in \
      a response. The question may be left out if neither the judge nor --reject-repetition reads it.

          empo generate --model DIR --n 10 prompts.jsonl | empo cluster --whole --judge embedding:DIR
      """)

  @OptionGroup var judge: JudgeArguments

  @OptionGroup var scoring: ScoringArguments

  @Argument(help: ArgumentHelp("JSON lines; by default, or for -, the standard input.", valueName: "FILE"))
  var file: String?

  func run() throws {
    let reader = try JSONLineReader(path: file)
    let scorer = ResponseScorer(judge: try judge.make(), reading: scoring.reading, options: scoring.options)
    try AnsweredLines.answer(reader, expected: "\"question\" and \"responses\"") { line in
      let group = try ResponseGroup(line, options: scorer.options, reading: scoring.reading)
      let scored = try scorer.score(
        group.texts, question: group.question, accepted: group.accepted, logProbabilities: group.logProbabilities)
      return Self.reply(scored)
    }
  }

  private static func reply(_ scored: ResponseScorer.Scored) -> JSONValue {
    let score = scored.score
    return .members([
      "answers": .array(scored.answers.map { .string($0) }),
      "clusters": .array(score.clusters.map { .integer($0) }),
      "probabilities": .array(score.probabilities.map { .number($0) }),
      "semantic_entropy": .number(score.semanticEntropy),
      "rewards": .array(score.rewards.map { .number($0) }),
      "kept": .boolean(score.isKept),
    ])
  }
}
