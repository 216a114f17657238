import ArgumentParser
import Foundation
import JSON
import Rollouts
import Runs
import Tokenizers

/// `empo score`: the probability of texts under a model.
struct ScoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Computes the log-probability of every token of texts; JSON lines in and out.",
    discussion: """
      {"text": …} or {"ids": […]} becomes {"ids", "tokens", "logprobs", "nats", "perplexity"}: ln p of each token after those before \
      it, null for the first; their negated sum; and e to the mean. A text gets the tokens with which the model begins documents.
      """)

  @OptionGroup var options: ModelOptions

  @Argument(help: ArgumentHelp("JSON lines; by default, or for -, the standard input.", valueName: "FILE"))
  var file: String?

  /// Tokens of one call, which many lines share.
  private static let rows = 512

  func run() async throws {
    let reader = try JSONLineReader(path: file)
    let model = try options.load()
    let tokenizer = model.tokenizer
    try await CompletionLines.answer(reader, with: model.service(promptRows: Self.rows), expected: "\"text\" or \"ids\"") { line, _ in
      guard line.has("text") || line.has("ids") else { throw line.failure("expected \"text\" or \"ids\"") }
      let ids = line.has("ids") ? try line.tokens("ids") : tokenizer.encode(try line.string("text"), addingSpecialTokens: true)
      // A text without tokens has nothing to score.
      guard !ids.isEmpty else { return AskedLine(line: line, request: nil) }
      return AskedLine(
        line: line,
        request: CompletionRequest(
          promptTokens: ids, options: SamplingOptions(maximumNewTokens: 0), stopTokens: [], scoresPrompt: true))
    } reply: { _, answer in
      Self.reply(answer?.prompt ?? [], tokenizer)
    }
  }

  private static func reply(_ tokens: [ScoredToken], _ tokenizer: Tokenizer) -> JSONValue {
    let logProbabilities = tokens.compactMap(\.logProbability)
    let nats = logProbabilities.reduce(0) { $0 - Double($1) }
    return .members([
      "ids": .tokens(tokens.map(\.id)),
      "tokens": .array(tokens.map { .string(tokenizer.decode([$0.id])) }),
      "logprobs": .array(tokens.map { .logProbability($0.logProbability) }),
      "nats": .number(nats),
      "perplexity": logProbabilities.isEmpty ? .null : .number(exp(nats / Double(logProbabilities.count))),
    ])
  }
}
