import Files
import Foundation
import HuggingFace
import Tensors
import TestSupport
import Testing

@Suite struct WeightExportTests {
  static let tensors: [(name: String, shape: [Int])] = [("b", [4]), ("a", [2, 3]), ("c", [5]), ("empty", [0, 2])]

  static func values(_ tensor: Int) -> [Float] {
    (0..<tensors[tensor].shape.reduce(1, *)).map { Float(tensor) + Float($0) / 64 }
  }

  static func export(_ folder: String, _ format: FloatFormat, shard: Int = 1 << 20) throws {
    try WeightExport.write(folder: folder, tensors: tensors, elementType: format, maximumShardBytes: shard) { tensor, write in
      try write(values(tensor).span)
    }
  }

  @Test("Below the size there is one file", arguments: FloatFormat.allCases) func belowTheSizeThereIsOneFile(_ format: FloatFormat) throws {
    try ScratchFolder.with { folder in
      try Self.export(folder, format)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.safetensors"])
      let file = try SafetensorsFile(path: folder + "/model.safetensors")
      #expect(file.metadata == ["format": "pt"])
      #expect(file.tensors.values.allSatisfy { $0.elementType == format.elementType })
      // Few enough digits for every format.
      for tensor in Self.tensors.indices { #expect(try file.floats(Self.tensors[tensor].name) == Self.values(tensor)) }
    }
  }

  @Test("Above the size there are shards and an index") func aboveTheSizeThereAreShardsAndAnIndex() throws {
    try ScratchFolder.with { folder in
      try Self.export(folder, .bfloat16, shard: 20)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names == ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"])
      let index = """
        {
          "metadata": {
            "total_size": 30
          },
          "weight_map": {
            "a": "model-00001-of-00002.safetensors",
            "b": "model-00001-of-00002.safetensors",
            "c": "model-00002-of-00002.safetensors",
            "empty": "model-00002-of-00002.safetensors"
          }
        }

        """
      #expect(try String(contentsOfFile: folder + "/model.safetensors.index.json", encoding: .utf8) == index)
      let weights = try WeightFiles(folder: folder)
      for (tensor, expected) in Self.tensors.enumerated() {
        let count = expected.shape.reduce(1, *)
        #expect(try WeightFilesTests.floats(weights, expected.name, count: count) == Self.values(tensor))
      }
    }
  }

  @Test("A tensor larger than a file has a file of its own") func aTensorLargerThanAFileHasAFileOfItsOwn() throws {
    try ScratchFolder.with { folder in
      try Self.export(folder, .float32, shard: 20)
      #expect(try SafetensorsFile(path: folder + "/model-00001-of-00003.safetensors").names == ["b"])
      #expect(try SafetensorsFile(path: folder + "/model-00002-of-00003.safetensors").names == ["a"])
      let last = try SafetensorsFile(path: folder + "/model-00003-of-00003.safetensors")
      #expect(Set(last.names) == ["c", "empty"])
    }
  }

  @Test("A failure leaves nothing behind") func aFailureLeavesNothingBehind() throws {
    struct Stop: Error {}
    try ScratchFolder.with { folder in
      #expect(throws: Stop.self) {
        try WeightExport.write(folder: folder, tensors: Self.tensors, elementType: .float32, maximumShardBytes: 18) { tensor, write in
          if tensor == 2 { throw Stop() }
          try write(Self.values(tensor).span)
        }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == [])
    }
  }

  @Test(
    "A folder with weights is left alone",
    arguments: ["model.safetensors", "model.safetensors.index.json", "model-00007-of-00009.safetensors"])
  func aFolderWithWeightsIsLeftAlone(_ name: String) throws {
    try ScratchFolder.with { folder in
      try Data([1]).write(to: URL(fileURLWithPath: folder + "/" + name))
      let error = #expect(throws: FileError.self) { try Self.export(folder, .float32) }
      #expect(error?.message == "\(folder): already has \(name), expected a folder without weights")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
    }
  }

  @Test("What is no file is not replaced") func whatIsNoFileIsNotReplaced() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/model.safetensors.partial"
      let made = unsafe mkfifo(path, 0o600)
      #expect(made == 0)
      let error = #expect(throws: FileError.self) { try writeSafetensors(to: path, tensors: []) }
      #expect(error?.message.hasPrefix("\(path): cannot be created: something that is not a regular file") == true)
      let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      #expect(type != .typeRegular)
    }
  }
}
