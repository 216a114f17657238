public import ArgumentParser
internal import Demonstration
internal import Foundation
internal import HuggingFace
internal import Runs
internal import Tensors
internal import Tokenizers
internal import Training
internal import Transformer

/// The model that a benchmark runs.
struct BenchModel: ParsableArguments {
  @Argument(help: ArgumentHelp("A Hugging Face folder; by default, random weights in the embedded model's shape.", valueName: "MODEL"))
  var folder: String?

  @Option(help: ArgumentHelp("Threads.", valueName: "N"), transform: Bounds.integer(1...1024))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("How the policy's weights are stored: float32 or bfloat16.", valueName: "TYPE"))
  var dtype = WeightType.float32

  @Option(help: ArgumentHelp("How products of bfloat16 weights are computed: auto, exact or bf16.", valueName: "HOW"))
  var arithmetic = ArithmeticChoice.automatic

  @Option(
    name: .customLong("lora"), help: ArgumentHelp("Trains adapters of this rank; 0 trains all weights.", valueName: "RANK"),
    transform: Bounds.integer(0...LoRAConfiguration.maximumRank))
  var rank = 0

  /// How the products are computed.
  func computed() throws -> Arithmetic { try arithmetic.resolved(storing: dtype) }

  /// The model's weights.
  func parameters() throws -> Parameters {
    if let folder { return try Parameters(folder: folder) }
    return Parameters(random: EmbeddedModel.configuration(vocabularySize: try EmbeddedModel.vocabulary().size), seed: 0)
  }

  /// A trainer of all weights, or of adapters.
  func trainer(positions: Int, lanes: Lanes, options: PolicyTrainer.Options) throws -> PolicyTrainer {
    var options = options
    options.arithmetic = try computed()
    options.parts = rank > 0 ? 16 : 1
    guard rank > 0 else {
      return PolicyTrainer(
        try parameters(), storing: dtype, positions: positions, lanes: lanes, options: options)
    }
    let base = try base()
    return PolicyTrainer(
      adapters: Parameters(initialAdaptersOf: base.configuration, lora, seed: 0), lora, of: base, positions: positions, lanes: lanes,
      options: options)
  }

  private var lora: LoRAConfiguration { LoRAConfiguration(rank: rank, alpha: Double(2 * rank)) }

  /// The weights that adapters leave alone.
  private func base() throws -> ModelWeights {
    if let folder { return try BaseModel(.path(folder)).weights(storing: dtype) }
    return Policy(try parameters(), type: dtype, lanes: Lanes(count: 1)).weights
  }

  /// The model's tokenizer.
  func tokenizer() throws -> Tokenizer {
    try BaseModel(folder.map { .path($0) } ?? .embedded).tokenizer
  }

  /// Arbitrary tokens of the vocabulary, different for every index.
  static func tokens(_ range: Range<Int>, index: Int, vocabularySize: Int) -> [Int32] {
    range.map { Int32((7 * $0 + 13 * index + 2) % vocabularySize) }
  }

  /// Its name in the result.
  var name: String { folder ?? "embedded shape" }
}

/// A benchmark's result.
struct BenchResult: Encodable {
  /// The measured quantity.
  var bench: String
  var tokensPerSecond: Double
  var seconds: Double
  /// The same, for a bench of steps.
  var secondsPerStep: Double?
  var model: String
  var threads: Int
  /// How the weights are stored.
  var dtype: String
  /// How its products are computed.
  var arithmetic: String
  /// The kernels that this processor runs.
  var kernels = KernelSet.name
  /// The shape that was asked for.
  var shape: [String: Int]
  /// The most memory that the process had, in bytes, where a bench tells it.
  var peakMemory: Int?
  /// Billions of operations a second that the products need, and their share of what the processor can do.
  var gigaflops: Double?
  var peakShare: Double?
  /// Seconds until each sample has a token, and the tokens a second after that.
  var prefillSeconds: Double?
  var decodeTokensPerSecond: Double?
  /// Seconds of each part, where a bench has parts.
  var parts: [String: Double]?
  /// How long it took to check what was sampled, and its share of the time that sampling took, where that was asked for.
  var checkSeconds: Double?
  var checkShare: Double?

  private enum CodingKeys: String, CodingKey {
    case bench, seconds, model, threads, dtype, arithmetic, kernels, shape, parts
    case tokensPerSecond = "tokens_per_s"
    case peakMemory = "peak_memory"
    case gigaflops = "gflops"
    case prefillSeconds = "prefill_s"
    case decodeTokensPerSecond = "decode_tokens_per_s"
    case peakShare = "peak_share"
    case secondsPerStep = "seconds_per_step"
    case checkSeconds = "check_s"
    case checkShare = "check_share"
  }

  func printLine() throws { try BenchHost.printLine(self) }
}

extension WeightType: ExpressibleByArgument {}

extension ArithmeticChoice: ExpressibleByArgument {}

extension Recomputation: ExpressibleByArgument {}
