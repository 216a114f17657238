package import ArgumentParser
import EMPO
import Foundation
import HuggingFace
import Operations
import Rollouts
import Runs
import Tensors
import Training
import Transformer
import Wire

/// `empo bench step`: seconds of a whole step, as a run does it.
package struct StepBench: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Seconds of a step: sample groups, score them, update the policy, and take the new version in, one after the other.")

  /// The command as it is without arguments.
  package init() {}

  @OptionGroup var model: BenchModel

  @Option(help: ArgumentHelp("Prompts of a step.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var prompts = 32

  @Option(help: ArgumentHelp("Samples of each prompt.", valueName: "N"), transform: Bounds.integer(2...4_096))
  var group = 16

  @Option(help: ArgumentHelp("Tokens of a prompt.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var prompt = 40

  @Option(help: ArgumentHelp("New tokens of a sample.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var new = 48

  @Option(help: ArgumentHelp("The most samples under way at once.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var sequences = 512

  @Option(help: ArgumentHelp("Steps to measure, after one that is not.", valueName: "N"), transform: Bounds.integer(1...1_000_000))
  var steps = 3

  @Option(help: ArgumentHelp("The most tokens of one forward and backward.", valueName: "N"), transform: Bounds.integer(1...1_048_576))
  var microBatchTokens = PolicyTrainer.Options().microBatchTokens

  @OptionGroup var peers: PeerOptions

  package func run() async throws {
    let common = ["--prompts", "\(prompts)", "--group", "\(group)", "--new", "\(new)", "--steps", "\(steps)", "--lora", "\(model.rank)"]
    let comparison = try peers.comparison(
      "step", model: model,
      ours: common + ["--prompt", "\(prompt)", "--sequences", "\(sequences)", "--micro-batch-tokens", "\(microBatchTokens)"],
      theirs: common)
    if let comparison { try await comparison.run() } else { try measure() }
  }

  private func measure() throws {
    let lanes = Lanes(count: model.threads)
    let trainer = try model.trainer(
      positions: prompt + new, lanes: lanes, options: .init(microBatchTokens: microBatchTokens, steps: steps + 1))
    // The worker's own copy of what is handed out.
    let sampling = trainer.policy.receiver()
    let decoder = Decoder(sampling.weights, positions: prompt + new, lanes: lanes, arithmetic: try model.computed(), packing: true)
    let engine = GenerationEngine(decoder, maximumSequences: min(sequences, prompts * group), maximumLength: prompt + new)
    let scorer = try RunConfiguration().scorer(judge: .math, tokenizer: try model.tokenizer(), lanes: lanes)
    var published = trainer.policy.bytes()
    sampling.replace(with: published)
    decoder.pack()
    var spans: [[Double]] = []
    for step in 0...steps {
      let clock = ContinuousClock()
      var marks = [clock.now]
      let requests = requests(step: step, vocabularySize: decoder.configuration.vocabularySize)
      let samples = engine.generate(requests)
      marks.append(clock.now)
      let groups = try zip(requests, samples).map { request, samples in
        let subject = GroupScorer.Subject(question: "?", seed: 0, step: request.step, slot: request.slot)
        return PromptedGroup(promptTokens: request.promptTokens, group: try scorer.score(samples, of: subject).teaching)
      }
      marks.append(clock.now)
      let report = try trainer.update(step: step, groups: groups)
      guard report.skippedUpdates == 0 else { throw OperationsError(.process, "the update of step \(step) was skipped: no figure") }
      marks.append(clock.now)
      let bytes = trainer.policy.bytes()
      let manifest = trainer.policy.manifest
      let delta = WeightDelta.encode(WeightBytes(bytes), against: WeightBytes(published), manifest: manifest)
      sampling.replace(with: try delta.map { try WeightDelta.apply(WeightBytes($0), to: published, manifest: manifest) } ?? bytes)
      decoder.pack()
      published = bytes
      marks.append(clock.now)
      spans.append(zip(marks.dropFirst(), marks).map { ($0 - $1) / .seconds(1) })
    }
    try result(of: spans.dropFirst()).printLine()
  }

  private func result(of spans: ArraySlice<[Double]>) throws -> BenchResult {
    func mean(_ part: Int) -> Double { spans.reduce(0) { $0 + $1[part] } / Double(spans.count) }
    let seconds = spans.reduce(0) { $0 + $1.reduce(0, +) } / Double(spans.count)
    var result = BenchResult(
      bench: "step", tokensPerSecond: Double(prompts * group * new) / seconds, seconds: seconds, secondsPerStep: seconds, model: model.name,
      threads: model.threads, dtype: model.dtype.rawValue, arithmetic: try model.computed().rawValue,
      shape: ["prompts": prompts, "group": group, "prompt": prompt, "new": new, "steps": steps, "lora": model.rank])
    result.peakMemory = PeakMemory.bytes
    result.parts = ["sample_s": mean(0), "score_s": mean(1), "update_s": mean(2), "publish_s": mean(3)]
    return result
  }

  /// Prompts of arbitrary tokens; nothing ends a sample but its length.
  private func requests(step: Int, vocabularySize: Int) -> [GenerationRequest] {
    (0..<prompts).map { index in
      GenerationRequest(
        promptTokens: BenchModel.tokens(0..<prompt, index: index, vocabularySize: vocabularySize), sampleCount: group, seed: 0,
        step: UInt32(step), slot: UInt32(index), options: SamplingOptions(maximumNewTokens: new), stopTokens: [])
    }
  }
}
