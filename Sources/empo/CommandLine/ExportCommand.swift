import ArgumentParser
import Benches
import Foundation
import Runs
import Tensors

/// `empo export`: a model's or an adapter's folder for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a trained model as a Hugging Face folder.",
    discussion: """
      Takes a run (its best checkpoint, by held-out accuracy or by the guard, or with --last its newest), a checkpoint, or any model folder. The result opens in transformers, vLLM and \
      llama.cpp's converter. Of adapters it makes a PEFT folder or, with --merge, a model with the adapters in its weights. The folder \
      is there whole or not at all.
      """)

  @Argument(
    help: ArgumentHelp("A run's folder, a checkpoint, a model's folder, or PEFT's folder of adapters.", valueName: "RUN|CHECKPOINT|DIR"))
  var source: String

  @Argument(help: ArgumentHelp("The folder to make.", valueName: "OUT"))
  var target: String

  @Flag(help: "Adds adapters to the weights of their base model, and writes the whole model.")
  var merge = false

  @Option(help: ArgumentHelp("The adapters' base model, where it is not in the folder that they name.", valueName: "DIR"))
  var base: String?

  @Option(
    help: ArgumentHelp(
      "How weights are stored: bf16, as most models are published, or f32, which loses nothing. Adapters alone are f32.", valueName: "D"))
  var dtype = ExportedType.bf16

  @Option(
    help: ArgumentHelp("The largest file of weights, such as 500MB; larger models get several files.", valueName: "SIZE"),
    transform: Bounds.value("a size such as 4GB or 512MB") { ByteSize($0) })
  var maxShardSize = ByteSize(bytes: 5_000_000_000)

  @Flag(help: "Takes a run's newest checkpoint in place of its best.")
  var last = false

  @Flag(help: "Replaces a model that is in the folder.")
  var force = false

  func run() throws {
    let (folder, title) = try ModelLocation(source).verifiedModel(takesLast: last)
    let holdsAdapters = ModelFolder.holdsAdapters(folder)
    if merge, !holdsAdapters { throw ValidationError("\(source) is a whole model: --merge is for adapters") }
    if base != nil, !holdsAdapters { throw ValidationError("\(source) is a whole model: --base is for adapters") }
    var target = target
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
    let model = try ModelFolder(folder, base: base)
    let isWhole = merge || !holdsAdapters
    let form = isWhole ? ModelExport.Form.model(dtype.format, maximumShardBytes: maxShardSize.bytes) : .adapters
    try ModelExport(model, as: form, to: target, replaces: force).write()
    let what = isWhole ? (merge ? "\(title), merged into \(model.base)," : title) : "the adapters of \(title)"
    Console.error.line("\(what) written to \(target) in \((isWhole ? dtype : .f32).rawValue)")
    Console.output.write(target + "\n")
  }
}

/// The value of the flag for the format of an export's weights.
enum ExportedType: String, ExpressibleByArgument, CaseIterable {
  case bf16, f32

  var format: FloatFormat { self == .bf16 ? .bfloat16 : .float32 }
}
