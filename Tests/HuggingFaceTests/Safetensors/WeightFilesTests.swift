import Files
import Foundation
import HuggingFace
import TestSupport
import Testing

@Suite struct WeightFilesTests {
  @Test("A single file is read tensor by tensor") func aSingleFileIsReadTensorByTensor() throws {
    try ScratchFolder.with { folder in
      try writeSafetensors(to: folder + "/model.safetensors", tensors: [("a", [2], [1, -2]), ("b", [1, 1], [7])])
      let weights = try WeightFiles(folder: folder)
      #expect(weights.path == folder + "/model.safetensors")
      #expect(weights.names == ["a", "b"])
      let tensor = try #require(weights.tensor("a"))
      #expect((tensor.elementType, tensor.shape, tensor.count) == (.float32, [2], 2))
      #expect(tensor.file.bytes(tensor.byteRange) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
      #expect(weights.tensor("c") == nil)
      #expect(try Self.floats(weights, "b", count: 1) == [7])
      #expect(throws: FileError.self) { try Self.floats(weights, "c", count: 1) }
      #expect(throws: FileError.self) { try Self.floats(weights, "b", count: 2) }
    }
  }

  @Test("Shards are read through their index") func shardsAreReadThroughTheirIndex() throws {
    try ScratchFolder.with { folder in
      try Self.writeShards(folder)
      let weights = try WeightFiles(folder: folder)
      #expect(weights.path == folder + "/model.safetensors.index.json")
      #expect(weights.names == ["a", "b", "c"])
      #expect(try Self.floats(weights, "c", count: 1) == [3])
      #expect(try Self.floats(weights, "a", count: 1) == [1])
      #expect(weights.tensor("b")?.file.path == folder + "/model-00001-of-00002.safetensors")
    }
  }

  @Test("A single file comes before an index") func aSingleFileComesBeforeAnIndex() throws {
    try ScratchFolder.with { folder in
      try Self.writeShards(folder)
      try writeSafetensors(to: folder + "/model.safetensors", tensors: [("single", [1], [1])])
      #expect(try WeightFiles(folder: folder).names == ["single"])
    }
  }

  /// The cache of Hugging Face's tools has links to files of other names.
  @Test("Files may be links") func filesMayBeLinks() throws {
    try ScratchFolder.with { folder in
      try Self.writeShards(folder)
      let snapshot = folder + "/snapshot"
      try FileManager.default.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
      for name in ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"] {
        try FileManager.default.createSymbolicLink(atPath: snapshot + "/" + name, withDestinationPath: "../" + name)
      }
      #expect(try WeightFiles(folder: snapshot).names == ["a", "b", "c"])
    }
  }

  /// transformers ignores the size, and tools that tie or convert weights leave an old one behind.
  @Test("A size that lies is passed over") func aSizeThatLiesIsPassedOver() throws {
    try ScratchFolder.with { folder in
      try Self.writeShards(folder)
      for metadata in [#"{"total_size": 1}"#, #"{"total_size": -1e300}"#, "null", "7"] {
        try Self.writeIndex(folder, #"{"metadata": \#(metadata), "weight_map": \#(Self.map)}"#)
        #expect(try WeightFiles(folder: folder).names.count == 3)
      }
    }
  }

  static let map = #"""
    {"a": "model-00001-of-00002.safetensors", "b": "model-00001-of-00002.safetensors", "c": "model-00002-of-00002.safetensors"}
    """#

  static func writeShards(_ folder: String) throws {
    try writeSafetensors(to: folder + "/model-00001-of-00002.safetensors", tensors: [("a", [1], [1]), ("b", [1], [2])])
    try writeSafetensors(to: folder + "/model-00002-of-00002.safetensors", tensors: [("c", [1], [3])])
    try writeIndex(folder, #"{"metadata": {"total_size": 12}, "weight_map": \#(map)}"#)
  }

  static func writeIndex(_ folder: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/model.safetensors.index.json"))
  }

  static func floats(_ weights: WeightFiles, _ name: String, count: Int) throws -> [Float] {
    var values = [Float](repeating: .nan, count: count)
    var span = values.mutableSpan
    try weights.read(name, into: &span)
    return values
  }
}
