import ArgumentParser
import Foundation
import Operations
import Runs
import Transformer

/// The flags by which a bench is run in turn with a peer's script.
struct PeerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Runs this bench in turn with a peer's: a script of DIR or of scripts/peers without its .py, or a script's path.", valueName: "PEER"))
  var vs: String?

  @Option(help: ArgumentHelp("With --vs: the folder with the peer's venv, as scripts/peers/setup.sh makes it.", valueName: "DIR"))
  var peers: String?

  @Option(help: ArgumentHelp("With --vs: rounds, each with a run of both.", valueName: "N"), transform: Bounds.integer(1...1000))
  var rounds = 5

  func validate() throws {
    if (vs == nil) != (peers == nil) { throw ValidationError("--vs and --peers belong together: a peer, and the folder of its venv") }
  }

  /// The comparison that the flags ask for; nil for none.
  ///
  /// - Parameters:
  ///   - bench: The name of the bench.
  ///   - model: The model's folder, which both run.
  ///   - threads: The threads of both.
  ///   - ours: The bench's other flags.
  ///   - theirs: The script's.
  func comparison(_ bench: String, model: BenchModel, ours: [String], theirs: [String]) throws -> PeerComparison? {
    guard let vs, let peers else { return nil }
    guard let folder = model.folder else {
      throw ValidationError("--vs compares on a real model: expected MODEL, a folder in Hugging Face's layout")
    }
    let common = [folder, "--dtype", model.dtype.rawValue, "--threads", "\(model.threads)"]
    return PeerComparison(
      bench: bench, peer: URL(fileURLWithPath: vs).deletingPathExtension().lastPathComponent,
      python: peers + "/venv/bin/python", script: try Self.script(vs, folder: peers), ours: common + ours, theirs: common + theirs,
      threads: model.threads, rounds: rounds)
  }

  private static func script(_ peer: String, folder: String) throws -> String {
    let places = peer.hasSuffix(".py") ? [peer] : ["\(folder)/\(peer).py", "scripts/peers/\(peer).py"]
    guard let path = places.first(where: FileManager.default.fileExists) else {
      throw OperationsError(.input, "there is no peer \(excerpt(peer)): looked for \(places.joined(separator: " and "))")
    }
    return path
  }
}
