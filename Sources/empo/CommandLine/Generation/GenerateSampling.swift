import ArgumentParser
import Benches
import Rollouts
import Runs

/// How `empo generate` draws tokens.
struct GenerateSampling: ParsableArguments {
  @Option(name: .customLong("n"), help: ArgumentHelp("Responses to each prompt.", valueName: "N"))
  var count = 1

  @Option(
    help: ArgumentHelp(
      "Logits are divided by this; 0 takes the most probable token. The log-probabilities reported are those at 1.", valueName: "T"))
  var temperature = 1.0

  @Option(help: ArgumentHelp("Draws from this many of the most probable tokens; 0 for all.", valueName: "K"))
  var topK = 0

  @Option(help: ArgumentHelp("Draws from the fewest most probable tokens that reach this share.", valueName: "P"))
  var topP = 1.0

  @Flag(help: "Takes the most probable token each time.")
  var greedy = false

  @Option(help: ArgumentHelp("The most tokens of a response.", valueName: "N"))
  var maxTokens = 256

  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "S"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("A text that ends a response, which is cut before it; may be given several times.", valueName: "TEXT"))
  var stop: [String] = []

  func validate() throws {
    try Bounds.require(count, in: 1...4096, "--n")
    try Bounds.require(topK, in: 0...Int(Int32.max), "--top-k")
    try Bounds.require(maxTokens, in: 1...16_777_216, "--max-tokens")
    guard temperature.isFinite, temperature >= 0 else { throw ValidationError("--temperature \(temperature): expected 0 or more") }
    guard topP > 0, topP <= 1 else { throw ValidationError("--top-p \(topP): expected more than 0 and at most 1") }
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
