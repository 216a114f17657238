import Files
import Foundation
import HuggingFace
import TestSupport
import Testing

/// Folders whose weights are not what they should be: each is one error that says what is wrong.
@Suite struct HostileWeightsTests {
  static let first = "model-00001-of-00002.safetensors"
  static let second = "model-00002-of-00002.safetensors"

  /// What an index says, with part of the message.
  static let indexes: [(text: String, message: String)] = [
    ("", "expected an object"),
    ("[]", "expected an object, found '['"),
    ("{", "expected a string, found the end of the text"),
    ("{}", "\"weight_map\" is missing"),
    (#"{"weight_map": {}}"#, "\"weight_map\" is empty"),
    (#"{"weight_map": []}"#, "expected an object, found '['"),
    (#"{"weight_map": null}"#, "expected an object, found 'n'"),
    (#"{"weight_map": {"a": 1}}"#, "expected a string, found '1'"),
    (#"{"weight_map": {"a": "x.safetensors"}} x"#, "expected the end of the text"),
    (#"{"weight_map": {"a": "x.safetensors", "a": "y.safetensors"}}"#, "tensor \"a\" is there twice"),
    (#"{"weight_map": {"a": "x.safetensors"}, "weight_map": {"a": "y.safetensors"}}"#, "\"weight_map\" is there twice"),
    (#"{"weight_map": {"a": "../x.safetensors"}}"#, "in \"../x.safetensors\", expected the name of a file in the index's folder"),
    (#"{"weight_map": {"a": "/etc/x.safetensors"}}"#, "expected the name of a file in the index's folder"),
    (#"{"weight_map": {"a": "sub/x.safetensors"}}"#, "expected the name of a file in the index's folder"),
    (#"{"weight_map": {"a": "x\u0000.safetensors"}}"#, "expected the name of a file in the index's folder"),
    (#"{"weight_map": {"a": ".."}}"#, "expected a .safetensors file"),
    (#"{"weight_map": {"a": ""}}"#, "expected a .safetensors file"),
    (#"{"weight_map": {"a": "model.safetensors.index.json"}}"#, "expected a .safetensors file"),
    (#"{"weight_map": {"a": "nowhere.safetensors"}}"#, "missing nowhere.safetensors, 1 of 1 shard"),
    (#"{"weight_map": {"a": "\#(first)", "b": "\#(first)"}}"#, ""),
    (#"{"weight_map": {"a": "\#(first)"}}"#, "b is in \(first), but the index does not name it"),
    (#"{"weight_map": {"a": "\#(first)", "b": "\#(first)", "c": "\#(first)"}}"#, "c is not in \(first)"),
    (
      #"{"weight_map": {"a": "\#(second)", "b": "\#(first)", "c": "\#(second)"}}"#,
      "a is in \(first), but the index has it in \(second), a is not in \(second)"
    ),
    (String(repeating: #"{"a":"#, count: 10_000), "nested deeper than"),
    (#"{"weight_map": {"\#(String(repeating: "long", count: 50_000))": "../x"}}"#, "expected the name of a file"),
  ]

  @Test("An index that is wrong", arguments: indexes) func anIndexThatIsWrong(_ index: (text: String, message: String)) throws {
    try ScratchFolder.with { folder in
      try WeightFilesTests.writeShards(folder)
      try WeightFilesTests.writeIndex(folder, index.text)
      if index.message.isEmpty { return _ = try WeightFiles(folder: folder) }
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      let message = error?.message ?? ""
      #expect(message.contains(index.message), "\(message)")
      #expect(message.hasPrefix(folder + "/model.safetensors.index.json: ") && message.count <= 1000 && !message.contains("\n"))
    }
  }

  @Test("A tensor in two shards") func aTensorInTwoShards() throws {
    try ScratchFolder.with { folder in
      try WeightFilesTests.writeShards(folder)
      try writeSafetensors(to: folder + "/" + Self.second, tensors: [("a", [1], [1]), ("c", [1], [3])])
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      #expect(error?.message.contains("a is in \(Self.second), but the index has it in \(Self.first)") == true)
    }
  }

  @Test("Five thousand shards are too many") func fiveThousandShardsAreTooMany() throws {
    try ScratchFolder.with { folder in
      let map = (0..<5000).map { "\"t\($0)\": \"\($0).safetensors\"" }.joined(separator: ", ")
      try WeightFilesTests.writeIndex(folder, "{\"weight_map\": {\(map)}}")
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      #expect(error?.message.hasSuffix("5000 shards, expected at most 4096") == true)
    }
  }

  @Test("Faults are counted and the first ones named") func faultsAreCountedAndTheFirstOnesNamed() throws {
    try ScratchFolder.with { folder in
      try WeightFilesTests.writeShards(folder)
      let map = (0..<40).map { "\"t\($0)\": \"\(Self.first)\"" }.joined(separator: ", ")
      try WeightFilesTests.writeIndex(folder, "{\"weight_map\": {\(map)}}")
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      #expect(error?.message.hasSuffix(" and 30 more") == true, "\(error?.message ?? "")")
    }
  }

  /// A folder's files that are no weights, with part of the message.
  static let folders: [(files: [String], message: String)] = [
    ([], "has no weights; expected model.safetensors, or model.safetensors.index.json with its shards"),
    (["pytorch_model.bin"], "has pytorch_model.bin, but no weights that can be read: a pickle"),
    (["pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json"], "has pytorch_model-00001-of-00002.bin"),
    (["model-q4_k_m.gguf"], "has model-q4_k_m.gguf, but no weights that can be read: llama.cpp's format"),
    (["adapter_config.json", "adapter_model.safetensors"], "has adapter_model.safetensors, but no weights that can be read: an adapter"),
    (["model-00001-of-00002.safetensors"], "shards without their index"),
    (["consolidated.00.pth"], "has consolidated.00.pth"),
    (["weights.safetensors"], "has weights.safetensors, but no weights that can be read: a name that transformers does not look for"),
    (["model.fp16.safetensors"], "a name that transformers does not look for"),
    (["0123abcd.incomplete", "pytorch_model.bin"], "has 0123abcd.incomplete, but no weights that can be read: the download is unfinished"),
    ([".cache/huggingface/download/abc.incomplete"], "has .cache/huggingface/download/abc.incomplete"),
  ]

  @Test("A folder without weights", arguments: folders) func aFolderWithoutWeights(_ case: (files: [String], message: String)) throws {
    try ScratchFolder.with { folder in
      try FileManager.default.createDirectory(atPath: folder + "/.cache/huggingface/download", withIntermediateDirectories: true)
      for file in `case`.files { try Data([1]).write(to: URL(fileURLWithPath: folder + "/" + file)) }
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      #expect(error?.message.hasPrefix(folder + ": ") == true && error?.message.contains(`case`.message) == true, "\(error?.message ?? "")")
      #expect(error?.code == .missing)
    }
  }

  @Test("A Git pointer in the files place") func aGitPointerInTheFilesPlace() throws {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 988097824\n"
    try ScratchFolder.with { folder in
      let path = folder + "/model.safetensors"
      try Data(pointer.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      #expect(error?.message.hasPrefix("\(path): is a Git LFS pointer, not the file itself: run \"git lfs pull\"") == true)
    }
    try ScratchFolder.with { folder in
      try WeightFilesTests.writeShards(folder)
      try Data(pointer.utf8).write(to: URL(fileURLWithPath: folder + "/" + Self.second))
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      #expect(error?.message.hasPrefix("\(folder)/\(Self.second): is a Git LFS pointer") == true)
    }
  }

  @Test("What is no file") func whatIsNoFile() throws {
    try ScratchFolder.with { folder in
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder + "/nowhere") }
      #expect(error?.message.hasPrefix("\(folder)/nowhere: cannot be read as a folder") == true)
      try FileManager.default.createDirectory(atPath: folder + "/model.safetensors", withIntermediateDirectories: true)
      let second = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      #expect(second?.message == "\(folder)/model.safetensors: cannot be read: it is not a regular file")
    }
    try ScratchFolder.with { folder in
      try FileManager.default.createSymbolicLink(atPath: folder + "/model.safetensors", withDestinationPath: "blobs/gone")
      let error = #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
      #expect(error?.message == "\(folder)/model.safetensors: cannot be read: No such file or directory")
    }
  }

  /// A file is an error wherever it ends before its end, and so is every file with bytes behind it.
  @Test("A file that is cut anywhere") func aFileThatIsCutAnywhere() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/model.safetensors"
      try writeSafetensors(to: path, tensors: [("a", [3], [1, 2, 3]), ("b", [], [4])])
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for length in 0..<whole.count {
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: FileError.self, "\(length) bytes") { try WeightFiles(folder: folder) }
        #expect(error?.message.hasPrefix(path + ": ") == true)
      }
      try (whole + Data([0])).write(to: URL(fileURLWithPath: path))
      #expect(throws: FileError.self) { try WeightFiles(folder: folder) }
    }
  }

  /// Whatever one byte of the header becomes, the file is read or refused.
  @Test("A header with any byte changed") func aHeaderWithAnyByteChanged() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/model.safetensors"
      try writeSafetensors(to: path, tensors: [("a", [3], [1, 2, 3]), ("b", [2, 1], [4, 5])])
      let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
      for place in 0..<whole.count - 20 {
        for byte: UInt8 in [0, 0x22, 0x2C, 0x2D, 0x39, 0x5D, 0x7D, 0x80, 0xFF] {
          var bytes = whole
          bytes[place] = byte
          try Data(bytes).write(to: URL(fileURLWithPath: path))
          guard let weights = try? WeightFiles(folder: folder) else { continue }
          for name in weights.names {
            let count = weights.tensor(name)?.count ?? 0
            #expect(count <= 20)
            _ = try? WeightFilesTests.floats(weights, name, count: count)
          }
        }
      }
    }
  }
}
