import ArgumentParser
import Benches
import Rollouts
import Runs

/// How `empo generate` draws tokens.
struct GenerateSampling: ParsableArguments {
  @Option(name: .customLong("n"), help: ArgumentHelp("Responses to each prompt.", valueName: "N"), transform: Bounds.integer(1...4096))
  var count = 1

  @Option(
    help: ArgumentHelp(
      "Logits are divided by this before a token is drawn; 0 takes the most probable one. The reported logprobs stay those at temperature 1.",
      valueName: "T"), transform: Bounds.number("0 or more") { $0 >= 0 })
  var temperature = 1.0

  @Option(
    help: ArgumentHelp("Draws from this many of the most probable tokens; 0 for all.", valueName: "K"),
    transform: Bounds.integer(0...Int(Int32.max)))
  var topK = 0

  @Option(
    help: ArgumentHelp("Draws from the fewest most probable tokens that reach this share.", valueName: "P"),
    transform: Bounds.number("a number above 0 and at most 1") { $0 > 0 && $0 <= 1 })
  var topP = 1.0

  @Flag(help: "Takes the most probable token each time.")
  var greedy = false

  @Option(help: ArgumentHelp("The most tokens of a response.", valueName: "N"), transform: Bounds.integer(1...16_777_216))
  var maxTokens = 256

  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "S"), transform: Bounds.integer(0...UInt64.max))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("A text that ends a response, which is cut before it; may be given several times.", valueName: "TEXT"))
  var stop: [String] = []

  func validate() throws {
    guard !stop.contains(where: \.isEmpty) else { throw ValidationError("--stop is empty: expected a text") }
  }

  /// The request for a prompt. It has fewer new tokens than the options if the model has room for fewer.
  func request(_ tokens: [Int32], slot: UInt32, model: LoadedModel, line: JSONLine? = nil) throws -> CompletionRequest {
    let room = model.positions - tokens.count
    let problem: String? =
      if tokens.isEmpty {
        "the prompt has no tokens, expected a text"
      } else if room < 1 {
        "the prompt has \(tokens.count) tokens, expected at most \(model.positions - 1) so that an answer fits"
      } else {
        nil
      }
    if let problem { throw line?.failure(problem) ?? CommandLineError(.input, problem) }
    return CompletionRequest(
      promptTokens: tokens, sampleCount: count, seed: seed, slot: slot,
      options: SamplingOptions(
        temperature: greedy ? 0 : temperature, topK: topK, topP: topP, maximumNewTokens: min(maxTokens, room)),
      stopTokens: model.stopTokens, stopTexts: stop)
  }
}
