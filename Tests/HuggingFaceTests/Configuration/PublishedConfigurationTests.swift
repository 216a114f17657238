import Files
import Foundation
import HuggingFace
import Tensors
import TestSupport
import Testing

/// The config.json of published models, as they are on the Hub.
@Suite struct PublishedConfigurationTests {
  private static func read(_ name: String) throws -> ModelConfiguration {
    try ModelConfiguration(json: TestFiles.data("configurations/\(name).json"), source: name)
  }

  /// The models' sizes as their cards have them, in millions of parameters.
  static let published: [(name: String, architecture: ModelConfiguration.Architecture, millions: Int, headWidth: Int)] = [
    ("qwen2.5-0.5b", .qwen2, 494, 64), ("qwen2.5-0.5b-instruct", .qwen2, 494, 64), ("qwen2.5-math-7b", .qwen2, 7615, 128),
    ("deepseek-r1-distill-qwen-1.5b", .qwen2, 1777, 128), ("qwen3-0.6b", .qwen3, 596, 128), ("smollm2-135m", .llama, 134, 64),
    ("smollm2-135m-instruct", .llama, 134, 64), ("tinyllama-1.1b-chat", .llama, 1100, 64), ("llama-3.2-1b", .llama, 1235, 64),
    ("llama-3.2-1b-instruct", .llama, 1235, 64), ("llama-3.2-1b-new-style", .llama, 1235, 64),
    ("deepseek-r1-distill-llama-8b", .llama, 8030, 128),
  ]

  @Test("Every one of them is read", arguments: published)
  func everyOneOfThemIsRead(_ model: (name: String, architecture: ModelConfiguration.Architecture, millions: Int, headWidth: Int)) throws {
    let read = try Self.read(model.name)
    #expect(read.architecture == model.architecture)
    #expect(read.parameterCount / 1_000_000 == model.millions)
    #expect(read.headWidth == model.headWidth)
    #expect((read.ropeScaling != nil) == model.name.contains("llama-") || model.name.hasPrefix("tiny"))
  }

  @Test("The whole of one is as its file has it") func theWholeOfOneIsAsItsFileHasIt() throws {
    let expected = ModelConfiguration(
      architecture: .llama, vocabularySize: 128_256, width: 2048, feedForwardWidth: 8192, layers: 16, heads: 32, keyValueHeads: 8,
      headWidth: 64, maximumPositions: 131_072, ropeBase: 500_000,
      ropeScaling: RopeScaling(factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaximumPositions: 8192),
      normEpsilon: 1e-5, tiesEmbeddings: true, beginToken: 128_000, endTokens: [128_001, 128_008, 128_009])
    #expect(try Self.read("llama-3.2-1b-instruct") == expected)
  }

  @Test("Both styles give the same") func bothStylesGiveTheSame() throws {
    #expect(try Self.read("llama-3.2-1b-new-style") == Self.read("llama-3.2-1b"))
  }

  @Test("What is written reads back", arguments: published.map(\.name), FloatFormat.allCases)
  func whatIsWrittenReadsBack(_ name: String, format: FloatFormat) throws {
    let configuration = try Self.read(name)
    let written = try ModelConfiguration(json: configuration.encoded(elementType: format))
    #expect(written == configuration)
  }

  /// Fields of no family here may be in a file as well, and must be in what is exported from it.
  @Test("An export changes nothing but the element type") func anExportChangesNothingButTheElementType() throws {
    for (name, _, _, _) in Self.published {
      let base = try TestFiles.data("configurations/\(name).json")
      let exported = try ExportedConfiguration.encoded(base: base, elementType: .float32)
      #expect(try ExportedConfiguration.encoded(base: exported, elementType: .bfloat16) != exported)
      let again = try ExportedConfiguration.encoded(base: exported, elementType: .bfloat16)
      let before = try #require(JSONSerialization.jsonObject(with: base) as? NSDictionary)
      let after = try #require(JSONSerialization.jsonObject(with: again) as? NSDictionary)
      #expect(before == after, "\(name)")
    }
  }

  @Test("An export keeps the order and adds the type where the base has none") func anExportKeepsTheOrderAndAddsTheTypeWhereTheBaseHasNone()
    throws
  {
    let base = Data(#"{"z": [1, -2.5e-3, null, "é\n"], "a": {"b": {}}, "dtype": "float16", "y": true}"#.utf8)
    let text = String(decoding: try ExportedConfiguration.encoded(base: base, elementType: .bfloat16), as: UTF8.self)
    let expected = """
      {
        "z": [
          1,
          -0.0025,
          null,
          "é\\n"
        ],
        "a": {
          "b": {
          }
        },
        "dtype": "bfloat16",
        "y": true
      }

      """
    #expect(text.filter { !$0.isWhitespace } == expected.filter { !$0.isWhitespace })
    let bare = try ExportedConfiguration.encoded(base: Data("{}".utf8), elementType: .float16)
    #expect(String(decoding: bare, as: UTF8.self).filter { !$0.isWhitespace } == #"{"torch_dtype":"float16"}"#)
    #expect(throws: FileError.self) { try ExportedConfiguration.encoded(base: Data("[]".utf8), elementType: .float32) }
  }
}
