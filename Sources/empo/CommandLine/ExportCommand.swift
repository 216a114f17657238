import ArgumentParser
import Foundation
import Runs
import Tensors

/// `empo export`: a model folder for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a trained model as a Hugging Face folder.",
    discussion: """
      Takes a run (its newest whole checkpoint), a checkpoint, or any model folder. The result opens in transformers, vLLM and \
      llama.cpp's converter. The folder is there whole or not at all.
      """)

  @Argument(help: ArgumentHelp("A run's folder, a checkpoint, or a model's folder.", valueName: "RUN|CHECKPOINT"))
  var source: String

  @Argument(help: ArgumentHelp("The folder to make.", valueName: "OUT"))
  var target: String

  @Option(help: ArgumentHelp("How weights are stored: bf16, as most models are published, or f32, which loses nothing.", valueName: "D"))
  var dtype = ExportedType.bf16

  @Option(help: ArgumentHelp("The largest file of weights, such as 500MB; larger models get several files.", valueName: "SIZE"))
  var maxShardSize = ByteSize(bytes: 5_000_000_000)

  @Flag(help: "Replaces a model that is in the folder.")
  var force = false

  func run() throws {
    let (folder, title) = try ModelLocation(source).verifiedModel()
    var target = target
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
    let export = ModelExport(
      source: folder, target: target, elementType: dtype.format, maximumShardBytes: maxShardSize.bytes, replaces: force)
    try export.write()
    Console.error.line("\(title) written to \(target) in \(dtype.rawValue)")
    Console.output.write(target + "\n")
  }
}

/// The value of the flag for the format of an export's weights.
enum ExportedType: String, ExpressibleByArgument, CaseIterable {
  case bf16, f32

  var format: FloatFormat { self == .bf16 ? .bfloat16 : .float32 }
}
