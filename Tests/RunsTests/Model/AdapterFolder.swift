import Foundation
import HuggingFace
import TestSupport

/// A PEFT folder and its base model, both of the fixtures of `Transformer`, where the adapters name the base's place.
struct AdapterFolder {
  let scratch: ScratchFolder
  /// The base model.
  var base: String { scratch.file("base") }
  /// The PEFT folder.
  var adapters: String { scratch.file("adapters") }

  /// Copies a fixture, such as `r1-all`; the adapters then name `baseModel` as their base, or the base's place where it is nil.
  init(_ name: String = "r16-all", baseModel: String? = nil) throws {
    scratch = try ScratchFolder()
    let fixture = TestFiles.package("Tests/TransformerTests/Fixtures/adapters/qwen2-tied")
    try FileManager.default.copyItem(atPath: fixture + "/model", toPath: base)
    try FileManager.default.copyItem(atPath: "\(fixture)/\(name)/adapter", toPath: adapters)
    try rewrite { $0.baseModel = baseModel ?? base }
  }

  /// Changes adapter_config.json.
  func rewrite(_ change: (inout AdapterConfiguration) -> Void) throws {
    var configuration = try AdapterConfiguration(folder: adapters)
    change(&configuration)
    try configuration.encoded().write(to: URL(filePath: adapters + "/" + AdapterConfiguration.fileName))
  }

  /// A folder's files.
  func names(in folder: String) throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: scratch.file(folder))) }
}
