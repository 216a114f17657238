package import ArgumentParser
import HuggingFace
import Operations
import Rollouts
import Tensors
import Transformer

/// `empo bench rollout`: new tokens a second of one rollout batch.
package struct RolloutBench: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "rollout", abstract: "New tokens a second: every prompt is sampled GROUP times at temperature 1, to full length.")

  /// The command as it is without arguments.
  package init() {}

  @OptionGroup var model: BenchModel

  @Option(help: ArgumentHelp("Prompts.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var prompts = 32

  @Option(help: ArgumentHelp("Samples of each prompt.", valueName: "N"), transform: Bounds.integer(1...4_096))
  var group = 16

  @Option(help: ArgumentHelp("Tokens of a prompt.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var prompt = 40

  @Option(help: ArgumentHelp("New tokens of a sample.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var new = 48

  @Option(help: ArgumentHelp("The most samples under way at once.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var sequences = 512

  @Flag(help: "Check all samples, too, as a learner does: their tokens are followed, and must come out bit for bit.")
  var check = false

  @OptionGroup var peers: PeerOptions

  package func validate() throws {
    if check, peers.vs != nil { throw ValidationError("--check is of this program alone: it goes without --vs") }
  }

  package func run() async throws {
    let common = ["--prompts", "\(prompts)", "--group", "\(group)", "--prompt", "\(prompt)", "--new", "\(new)"]
    let comparison = try peers.comparison("rollout", model: model, ours: common + ["--sequences", "\(sequences)"], theirs: common)
    if let comparison { try await comparison.run() } else { try measure() }
  }

  private func measure() throws {
    let lanes = Lanes(count: model.threads)
    let policy = Policy(try model.parameters(), type: model.dtype, lanes: lanes)
    let decoder = Decoder(policy.weights, positions: prompt + new, lanes: lanes, arithmetic: try model.computed(), packing: true)
    let engine = GenerationEngine(decoder, maximumSequences: min(sequences, prompts * group), maximumLength: prompt + new)
    // Memory is taken and threads are started by the first tokens.
    _ = engine.generate(requests(vocabularySize: decoder.configuration.vocabularySize, newTokens: min(4, new)))
    let clock = ContinuousClock()
    let firstTokens = self.requests(vocabularySize: decoder.configuration.vocabularySize, newTokens: 1)
    let prefillSeconds = clock.measure { _ = engine.generate(firstTokens) } / .seconds(1)
    let requests = requests(vocabularySize: decoder.configuration.vocabularySize, newTokens: new)
    var groups: [[Sample]] = []
    let seconds = clock.measure { groups = engine.generate(requests) } / .seconds(1)
    let count = groups.reduce(0) { $0 + $1.reduce(0) { $0 + $1.tokens.count } }
    let checkSeconds = check ? try self.check(groups, of: requests, engine) : nil
    var result = BenchResult(
      bench: "rollout", tokensPerSecond: Double(count) / seconds, seconds: seconds, model: model.name, threads: model.threads,
      dtype: model.dtype.rawValue, arithmetic: try model.computed().rawValue,
      shape: ["prompts": prompts, "group": group, "prompt": prompt, "new": new],
      checkSeconds: checkSeconds, checkShare: checkSeconds.map { $0 / seconds })
    result.prefillSeconds = prefillSeconds
    // Of a tiny model, the difference may be noise.
    if new > 1, seconds > prefillSeconds {
      try tellDecoding(&result, seconds: seconds - prefillSeconds, tokens: count - prompts * group, of: decoder)
    }
    try result.printLine()
  }

  /// What follows the first tokens, and the larger of its shares of the processor's limits: of its operations, and of its reading of memory. The
  /// weights are read once a step.
  private func tellDecoding(_ result: inout BenchResult, seconds: Double, tokens: Int, of decoder: Decoder) throws {
    let parameters = Double(decoder.configuration.parameterCount)
    let batch = Double(min(sequences, prompts * group))
    result.decodeTokensPerSecond = Double(tokens) / seconds
    let operations = 2 * parameters * Double(tokens) / seconds / 1e9
    let bytes = parameters * Double(model.dtype.bytes) * Double(tokens) / batch / seconds / 1e9
    result.gigaflops = operations
    result.peakShare = max(
      operations / PeakRate.gigaflops(try model.computed(), lanes: decoder.lanes), bytes / PeakRate.gigabytes(lanes: decoder.lanes))
  }

  /// Seconds in which samples are checked.
  private func check(_ groups: [[Sample]], of requests: [GenerationRequest], _ engine: GenerationEngine) throws -> Double {
    var differences: [[SampleDifference?]] = []
    let seconds = ContinuousClock().measure { differences = engine.differences(groups, from: requests) } / .seconds(1)
    for (index, difference) in differences.joined().enumerated() {
      if let difference { throw OperationsError(.process, "sample \(index) is not what its request gives: \(difference)") }
    }
    return seconds
  }

  /// Prompts of arbitrary tokens; nothing ends a sample but its length.
  private func requests(vocabularySize: Int, newTokens: Int) -> [GenerationRequest] {
    (0..<prompts).map { index in
      GenerationRequest(
        promptTokens: BenchModel.tokens(0..<prompt, index: index, vocabularySize: vocabularySize), sampleCount: group, seed: 0,
        slot: UInt32(index), options: SamplingOptions(maximumNewTokens: newTokens), stopTokens: [])
    }
  }
}
