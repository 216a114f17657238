import Files
import Foundation
import HuggingFace
import TestSupport
import Testing

@Suite struct SafetensorsFileTests {
  @Test("Reads every element type") func readsEveryElementType() throws {
    let file = try SafetensorsFile(path: TestFiles.fixture("types.safetensors"))
    #expect(Set(file.names) == ["float32", "float16", "bfloat16", "int64", "int32", "scalar", "empty"])
    #expect(file.metadata == ["format": "pt"])
    #expect(try file.entry("float32").shape == [2, 3])
    #expect(try file.entry("scalar").shape == [])
    #expect(try file.floats("float32") == [0, -1.5, 0.1, 65504, 6e-8, -3])
    // The neighbours of 0.1, 65504 and 6e-8 in eleven and in eight bits of precision.
    #expect(try file.floats("float16") == [0, -1.5, 0.099975586, 65504, 5.9604645e-8, -3])
    #expect(try file.floats("bfloat16") == [0, -1.5, 0.100097656, 65536, 6.0070306e-8, -3])
    #expect(try file.integers("int64") == [-1, 1 << 62, 7])
    #expect(try file.integers("int32") == [-1, 1 << 30])
    #expect(try file.floats("scalar") == [2.5])
    #expect(try file.floats("empty") == [])
  }

  @Test("Reads into a span") func readsIntoASpan() throws {
    let file = try SafetensorsFile(path: TestFiles.fixture("types.safetensors"))
    var values = [Float](repeating: 9, count: 6)
    var span = values.mutableSpan
    try file.read("float32", into: &span)
    #expect(values[1] == -1.5)
    var short = [Float](repeating: 9, count: 5)
    let error = #expect(throws: FileError.self) {
      var span = short.mutableSpan
      try file.read("float32", into: &span)
    }
    #expect(error?.message.contains("\"float32\" has shape [2, 3], 6 elements, expected 5") == true)
  }

  @Test("Names the tensor that is missing or of another type") func namesTheTensorThatIsMissingOrOfAnotherType() throws {
    let file = try SafetensorsFile(path: TestFiles.fixture("types.safetensors"))
    #expect(throws: FileError.self) { try file.floats("float64") }
    let error = #expect(throws: FileError.self) { try file.floats("int64") }
    #expect(error?.message.hasSuffix("tensor \"int64\" is I64, expected F32, F16 or BF16") == true)
    #expect(throws: FileError.self) { try file.integers("float32") }
  }

  /// A file of a header and as many bytes as given behind it.
  private static func file(_ header: String, bytes: Int = 0) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8) + [UInt8](repeating: 0, count: bytes)
  }

  /// Other writers of the format put spaces and line breaks into the header.
  @Test("Reads a header with white space") func readsAHeaderWithWhiteSpace() throws {
    let header = """
      {"t" : { "dtype": "F32", "shape": [ 2,
        1 ], "data_offsets": [0, 8]}, "__metadata__": { } }
      """
    try ScratchFolder.withFile(Self.file(header, bytes: 8)) { path in
      let entry = try SafetensorsFile(path: path).entry("t")
      #expect(entry.shape == [2, 1])
    }
  }

  static let hostile: [(what: String, bytes: [UInt8])] = [
    ("an empty file", []),
    ("a cut length", [1, 0, 0]),
    ("a length of 2^60", [0, 0, 0, 0, 0, 0, 0, 0x10] + [UInt8](repeating: 0x20, count: 64)),
    ("a length of 2^64 - 1", [UInt8](repeating: 0xFF, count: 16)),
    ("a length beyond the file", [200, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8)),
    ("no header", file("")),
    ("white space before the header", file(" {}")),
    ("a header that is an array", file("[]")),
    ("a cut header", file("{\"a\":{\"dtype\":\"F32\"")),
    ("text behind the header", file("{}x")),
    ("a header that is not UTF-8", [4, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xFF, 0x22]),
    ("metadata that is no text", file("{\"__metadata__\":{\"a\":1}}")),
    ("bytes of no tensor at the end", file("{}", bytes: 1)),
    ("a tensor that is a number", file("{\"t\":1}")),
    ("no dtype", file("{\"t\":{\"shape\":[1],\"data_offsets\":[0,4]}}", bytes: 4)),
    ("no shape", file("{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", bytes: 4)),
    ("no offsets", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1]}}", bytes: 4)),
    ("an unknown dtype", file("{\"t\":{\"dtype\":\"F4\",\"shape\":[1],\"data_offsets\":[0,4]}}", bytes: 4)),
    ("an unknown field", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", bytes: 4)),
    ("a negative size", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", bytes: 4)),
    ("a size with a fraction", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", bytes: 4)),
    ("a size of 2^64", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[18446744073709551616],\"data_offsets\":[0,4]}}", bytes: 4)),
    ("a product that overflows", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}", bytes: 4)),
    ("bytes that overflow", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,4]}}", bytes: 4)),
    (
      "a hundred dimensions",
      file("{\"t\":{\"dtype\":\"F32\",\"shape\":[\(String(repeating: "1,", count: 99))1],\"data_offsets\":[0,4]}}", bytes: 4)
    ),
    ("one offset", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4]}}", bytes: 4)),
    ("offsets that run backwards", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", bytes: 4)),
    ("offsets beyond the file", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", bytes: 4)),
    (
      "offsets near 2^63",
      file("{\"t\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[9223372036854775800,9223372036854775807]}}", bytes: 4)
    ),
    ("a shape with fewer bytes", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", bytes: 4)),
    ("a shape with more bytes", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", bytes: 8)),
    ("a gap", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", bytes: 8)),
    (
      "an overlap",
      file(
        "{\"s\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        bytes: 12)
    ),
    ("two of a tensor's fields", file("{\"t\":{\"dtype\":\"F32\",\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]}}", bytes: 4)),
    ("two of a key in the metadata", file("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}")),
    ("two of the metadata", file("{\"__metadata__\":{},\"__metadata__\":{}}")),
    (
      "a product of zero that overflows before",
      file("{\"t\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}}")
    ),
    ("offsets with fractions", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0.0,4.0]}}", bytes: 4)),
    ("negative offsets", file("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", bytes: 4)),
    ("a header nested ten thousand deep", file("{\"t\":" + String(repeating: "[", count: 10_000) + "}")),
    (
      "two tensors of one name",
      file(
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        bytes: 8)
    ),
  ]

  @Test("Refuses", arguments: hostile) func refuses(_ hostile: (what: String, bytes: [UInt8])) throws {
    try ScratchFolder.withFile(hostile.bytes) { path in
      let error = #expect(throws: FileError.self, "\(hostile.what)") { try SafetensorsFile(path: path) }
      let message = error?.message ?? ""
      #expect(message.hasPrefix(path + ": ") && !message.contains("\n"))
      if hostile.bytes.starts(with: Array("{\"t\":{".utf8), atOffset: 8) { #expect(message.contains("\"t\"")) }
    }
  }

  @Test("An error about a hostile name is one short line") func anErrorAboutAHostileNameIsOneShortLine() throws {
    let name = "a\\nb\\u2028" + String(repeating: "c", count: 100_000)
    try ScratchFolder.withFile(Self.file("{\"\(name)\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", bytes: 4)) { path in
      let error = #expect(throws: FileError.self) { try SafetensorsFile(path: path) }
      #expect(error?.message.contains(#"tensor "a\nb\u{2028}ccc"#) == true)
      #expect(error?.message.contains { $0.isNewline } == false)
      #expect((error?.message.count ?? 0) < 1000)
    }
  }

  @Test("A file that is cut after it was opened is an error") func aFileThatIsCutAfterItWasOpenedIsAnError() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/model.safetensors"
      try writeSafetensors(to: path, tensors: [("t", [1000], [Float](repeating: 1, count: 1000))])
      let file = try SafetensorsFile(path: path)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.truncate(atOffset: 200)
      let error = #expect(throws: FileError.self) { try file.floats("t") }
      #expect(error?.message.contains("the file was cut") == true)
    }
  }

  @Test(
    "Opens reference checkpoints",
    .enabled(if: TestFiles.referenceData != nil, TestFiles.withoutReferenceData), arguments: ["tiny-qwen2", "tiny-qwen3", "tiny-llama"])
  func opensReferenceCheckpoints(_ name: String) throws {
    let folder = try #require(TestFiles.referenceData) + "/parity/" + name
    let configuration = try ModelConfiguration(folder: folder + "/model")
    let model = try SafetensorsFile(path: folder + "/model/model.safetensors")
    #expect(model.tensors.values.reduce(0) { $0 + $1.count } == configuration.parameterCount)
    let embedding = try model.floats("model.embed_tokens.weight")
    #expect(embedding.count == 512 * 64 && embedding.allSatisfy(\.isFinite))
    let reference = try SafetensorsFile(path: folder + "/reference.safetensors")
    #expect(try reference.integers("tokens").allSatisfy { (0..<512).contains($0) })
  }
}

extension Array where Element == UInt8 {
  fileprivate func starts(with prefix: [UInt8], atOffset offset: Int) -> Bool { dropFirst(offset).starts(with: prefix) }
}
