import ArgumentParser
import Foundation
import Operations
import Runs
import Training

/// `empo info`: the model in a folder, and the memory that its use takes.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Describes a model: its shape, the memory for sampling and training, and its faults.",
    discussion: "Reads no weights. The exit status is 1 if the model has a fault.")

  @Argument(help: ArgumentHelp("A model's folder, a run's, a checkpoint, or PEFT's folder of adapters.", valueName: "DIR"))
  var folder: String

  @Option(help: ArgumentHelp("The adapters' base model, where it is not in the folder that they name.", valueName: "DIR"))
  var base: String?

  @Flag(help: "One JSON object, with sizes in bytes.")
  var json = false

  func run() throws {
    let info: ModelInfo =
      switch try ModelLocation(folder) {
      case .model(let path): ModelInfo(folder: path, base: base)
      case .checkpoint(let path): ModelInfo(folder: path, base: base, checkpoint: Self.state(of: path))
      case .run(let run): try newest(of: run)
      }
    if base != nil, !ModelFolder.holdsAdapters(info.folder) {
      throw ValidationError("\(info.folder) is a whole model: --base is for adapters")
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      Console.output.write(String(decoding: try encoder.encode(info), as: UTF8.self) + "\n")
    } else {
      Console.output.write(info.lines().joined(separator: "\n") + "\n")
    }
    if !info.problems.isEmpty { throw ExitCode(ExitStatus.failure) }
  }

  private func newest(of run: RunFolder) throws -> ModelInfo {
    let store = try ModelLocation.checkpoints(of: run)
    let path = store.path(ofStep: try store.steps().last ?? 0)
    return ModelInfo(folder: path, base: base, checkpoint: Self.state(of: path))
  }

  private static func state(of checkpoint: String) -> ModelInfo.CheckpointInfo? {
    guard let data = FileManager.default.contents(atPath: checkpoint + "/state.json"),
      let state = try? JSONDecoder().decode(CheckpointState.self, from: data)
    else { return nil }
    return ModelInfo.CheckpointInfo(step: Int(state.step), isFinal: state.isFinal)
  }
}
