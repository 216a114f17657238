import Foundation
import Tensors
import Testing
import Transformer

struct SentenceEncoderTests {
  /// Absolute, of numbers of order 1: both sides round sums of a few dozen terms in each of a few layers.
  static let tolerance: Float = 2e-5

  @Test(arguments: EncoderFixture.tiny)
  func `An encoder computes what PyTorch computes`(_ fixture: EncoderFixture) throws {
    let encoder = try SentenceEncoder(folder: fixture.model)
    let expected = try fixture.embeddings("reference.safetensors")
    let found = try encoder.embed(try fixture.texts())
    #expect(found.count == expected.count && expected.count > 30)
    for (index, (found, expected)) in zip(found, expected).enumerated() {
      #expect(found.count == encoder.width)
      let error = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < Self.tolerance, "text \(index)")
    }
  }

  @Test(arguments: EncoderFixture.tiny)
  func `A text's embedding has the same bits whatever it is embedded with, and on any number of lanes`(_ fixture: EncoderFixture) throws {
    let encoder = try SentenceEncoder(folder: fixture.model)
    let texts = try fixture.texts()
    let together = try encoder.embed(texts)
    for (text, vector) in zip(texts, together) { #expect(try encoder.embed([text]) == [vector]) }
    #expect(try encoder.embed(Array(texts.reversed())) == together.reversed())
    #expect(try SentenceEncoder(folder: fixture.model, lanes: Lanes(count: 3)).embed(texts) == together)
    #expect(try encoder.embed([]).isEmpty)
  }

  @Test func `Any thread may embed at any time`() async throws {
    let fixture = EncoderFixture.tiny[0]
    let encoder = try SentenceEncoder(folder: fixture.model)
    let texts = try fixture.texts()
    let expected = try encoder.embed(texts)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 { group.addTask { try encoder.embed(texts) == expected } }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  @Test func `The beginning of a long text decides`() throws {
    let encoder = try SentenceEncoder(folder: EncoderFixture.tiny[0].model)
    #expect(encoder.maximumTokens == 40)
    let long = String(repeating: "the capital ", count: 100)
    #expect(try encoder.embed([long]) == encoder.embed([long + "of France"]))
  }
}

/// The encoder against sentence-transformers with published weights, in the folder that EMPO_MINILM names.
struct PublishedEncoderTests {
  static let folder = ProcessInfo.processInfo.environment["EMPO_MINILM"] ?? ""

  @Test(.enabled(if: !folder.isEmpty, "EMPO_MINILM names no folder of all-MiniLM-L6-v2: scripts/fetch_minilm.sh fetches it"))
  func `Embeddings are those of sentence-transformers`() throws {
    let encoder = try SentenceEncoder(folder: Self.folder)
    let texts = try EncoderFixture.published.texts()
    let expected = try EncoderFixture.published.embeddings("embeddings.safetensors")
    #expect(texts.count == 200 && expected.count == 200 && encoder.maximumTokens == 256)
    let cosines = zip(try encoder.embed(texts), expected).map(EncoderFixture.cosine)
    for (index, cosine) in cosines.enumerated() { #expect(cosine >= 0.9999, "text \(index)") }
    print("all-MiniLM-L6-v2 on \(texts.count) texts: the least cosine to sentence-transformers' embedding is \(cosines.min() ?? 0)")
  }
}
