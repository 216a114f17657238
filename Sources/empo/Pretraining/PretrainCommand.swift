import ArgumentParser
import Benches
import Demonstration
import Files
import Foundation
import HuggingFace
import Tensors
import Tokenizers
import Training
import Transformer

/// `empo pretrain`: how the embedded base model was made, from a corpus that the package generates.
struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Makes a base model from scratch: the embedded one, with the default settings.",
    discussion: "The model is a function of the seed, the steps and the kind of CPU; the number of threads plays no part.")

  @Argument(help: ArgumentHelp("The model's folder; it must not exist.", valueName: "OUT"))
  var out: String

  @Option(help: ArgumentHelp("The seed of the weights and the corpus.", valueName: "S"), transform: Bounds.integer(0...UInt64.max))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Updates of 32 documents.", valueName: "N"), transform: Bounds.integer(1...1_000_000))
  var steps = Pretrainer.Options().steps

  @Option(help: ArgumentHelp("Threads.", valueName: "N"), transform: Bounds.integer(1...1024))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func run() throws {
    guard !FileManager.default.fileExists(atPath: out) else {
      throw CommandLineError(.input, "\(out) exists: name a folder that does not, or remove it")
    }
    let vocabulary = try EmbeddedModel.vocabulary()
    let tokenizer = try Tokenizer(json: vocabulary.encodedTokenizer())
    let configuration = EmbeddedModel.configuration(vocabularySize: vocabulary.size)
    let parameters = Parameters(random: configuration, seed: seed)
    try train(parameters, tokenizer: tokenizer)
    try write(parameters, vocabulary: vocabulary)
    print("\(out): \(parameters.layout.count) parameters, seed \(seed), \(counted(steps, "step"))")
  }

  private func train(_ parameters: Parameters, tokenizer: Tokenizer) throws {
    let options = Pretrainer.Options(steps: steps)
    let trainer = Pretrainer(
      parameters, positions: parameters.configuration.maximumPositions, lanes: Lanes(count: threads), options: options)
    let size = options.documentsPerStep
    let corpus = WordProblems.pretrainingDocuments(seed: seed, count: steps * size)
    let start = ContinuousClock.now
    var tokens = 0
    for step in 0..<steps {
      let documents = corpus[step * size..<(step + 1) * size].map { tokenizer.encode($0) + [ByteLevelVocabulary.endOfTextID] }
      let report = trainer.update(step: step, documents: documents)
      guard report.loss.isFinite else {
        throw CommandLineError(.input, "the loss of step \(step + 1) is not finite: try another seed")
      }
      tokens += report.tokens
      guard (step + 1) % 100 == 0 || step + 1 == steps else { continue }
      let rate = Double(tokens) / ((.now - start) / .seconds(1))
      let loss = String(format: "%.3f", report.loss)
      FileHandle.standardError.write(Data("step \(step + 1)/\(steps)  loss \(loss)  \(Int(rate)) tokens/s\n".utf8))
    }
  }

  /// Writes the folder beside its place and renames it, so that there is never half a model.
  private func write(_ parameters: Parameters, vocabulary: ByteLevelVocabulary) throws {
    let partial = out + ".partial"
    do {
      try DurableFile.attempt("create folder", partial) {
        try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: true)
      }
      let configuration = parameters.configuration
      let files: [(String, Data)] = [
        ("config.json", configuration.encoded()), ("generation_config.json", configuration.encodedGeneration()),
        ("tokenizer.json", vocabulary.encodedTokenizer()),
        ("tokenizer_config.json", vocabulary.encodedTokenizerConfiguration(maximumPositions: configuration.maximumPositions)),
      ]
      for (name, bytes) in files { try DurableFile.write(bytes, to: partial + "/" + name) }
      try parameters.write(safetensors: partial + "/model.safetensors", synchronizing: true)
      try DurableFile.rename(partial, to: out)
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw CommandLineError(.input, "\(out) could not be written: \(error)")
    }
  }
}
