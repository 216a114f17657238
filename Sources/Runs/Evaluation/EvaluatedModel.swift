import Digests
import HuggingFace
import Rollouts
import Training
import Transformer
import Wire

/// A model that is measured: the embedded one, a folder, adapters beside their base, or a version of a run.
package struct EvaluatedModel: Sendable {
  /// Which version of a run is measured.
  package enum Version: Sendable, Equatable {
    /// The model that the run began with.
    case base
    /// The best one, where one is known, or else the last: what an export takes.
    case best
    /// The newest whole checkpoint.
    case last
    /// The checkpoint of a step.
    case step(UInt32)
  }

  /// The model, as a person knows it.
  package let title: String
  /// The model without its weights.
  package let model: BaseModel
  /// The run's configuration, or the model's defaults: how it is asked where nobody says otherwise.
  package private(set) var configuration: RunConfiguration
  /// Whether the configuration is that of a run.
  package private(set) var isRun: Bool

  /// Finds a model.
  ///
  /// - Parameters:
  ///   - place: `embedded`, or a folder: a model's, a run's, a checkpoint, or PEFT's of adapters.
  ///   - version: Which version of a run; nil for the best.
  ///   - base: The folder of the base model of adapters, where they do not name it.
  package init(_ place: String, version: Version? = nil, base: String? = nil) throws {
    func refuse(_ flag: String, _ what: String) throws -> Never {
      throw RunsError(.model, "\(place) is \(what): \(flag)")
    }
    if place == "embedded" {
      if version != nil { try refuse("expected a run's folder with --at", "no run") }
      if base != nil { try refuse("expected adapters with --base", "a whole model") }
      (title, isRun) = ("the embedded model", false)
      (model, configuration) = (try BaseModel(.embedded), RunConfiguration())
      return
    }
    let location = try ModelLocation(place)
    guard case .run(let run) = location else {
      if version != nil { try refuse("expected a run's folder with --at", "no run") }
      let (folder, title) = try location.verifiedModel()
      (self.title, isRun) = (title, false)
      model = try BaseModel(.path(folder), base: base)
      configuration = RunConfiguration(defaultsFor: .path(model.folder))
      return
    }
    if base != nil { try refuse("expected no --base", "a run, whose configuration names its model") }
    isRun = true
    configuration = try RunConfiguration(contentsOf: run)
    switch version ?? .best {
    case .base:
      title = "\(run.path) (the model that it began with)"
      model = try BaseModel(configuration.model)
    case .best, .last:
      let (folder, title) = try location.verifiedModel(takesLast: version == .last)
      self.title = title
      model = try BaseModel(.path(folder))
    case .step(let step):
      let store = try ModelLocation.checkpoints(of: run)
      let kept = try store.steps()
      guard kept.contains(step) else {
        throw RunsError(
          .runFolder,
          "\(run.path) has kept no checkpoint of step \(step): expected \(kept.map { "\($0)" }.joined(separator: ", ")), base, best or last"
        )
      }
      let checkpoint = try CheckpointStore.checkpoint(at: store.path(ofStep: step))
      title = checkpoint.path
      model = try BaseModel(.path(checkpoint.path))
    }
  }

  /// The same model, asked as a run asks its own.
  package func asked(as run: EvaluatedModel) -> EvaluatedModel {
    var copy = self
    (copy.configuration, copy.isRun) = (run.configuration, true)
    return copy
  }

  /// A digest of all that answers depend on: the weights, the shape, the tokenizer and the chat template.
  package func identity() throws -> String {
    var digest = SHA256()
    for file in try model.weightFiles() { digest.update([UInt8](try SHA256.hexadecimalDigest(ofFile: file).utf8)) }
    var files = [model.folder + "/config.json"]
    if let adapters = model.source.adapters { files.append(adapters.folder + "/" + AdapterConfiguration.fileName) }
    for file in files { digest.update([UInt8](SHA256.hexadecimalDigest(of: try ModelFiles.bytes(file)).utf8)) }
    for file in try model.tokenizerFiles() { digest.update([UInt8]("\(file.name):\(SHA256.hexadecimalDigest(of: file.bytes))".utf8)) }
    return digest.hexadecimalDigest()
  }
}

extension GenerationEngine {
  /// An engine whose keys and values take no more than a host spares.
  convenience init(within memory: Int, _ decoder: Decoder, maximumSequences: Int, maximumLength: Int) {
    let blocks = max(1, Self.cacheBlocks(bytes: memory, of: decoder))
    let all = 2 * maximumSequences * (InferencePass.blocks(for: maximumLength) + 1)
    self.init(decoder, maximumSequences: maximumSequences, maximumLength: maximumLength, cacheBlocks: min(blocks, all))
  }
}
