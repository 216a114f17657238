import Foundation
import HuggingFace
import Testing

/// Texts with the embeddings that a reference implementation computes for them.
struct EncoderFixture: Sendable, CustomTestStringConvertible {
  /// The fixture's folder, with texts.json.
  let folder: URL

  var testDescription: String { folder.lastPathComponent }

  /// The encoder's folder.
  var model: String { folder.appending(path: "model").path }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  /// The tiny random encoders of scripts/fixtures/bert.py.
  static let tiny = ["mean-f32", "cls-bf16", "bare-f16"].map { EncoderFixture(folder: root.appending(path: "bert/" + $0)) }

  /// The texts of scripts/fixtures/sentence_embeddings.py.
  static let published = EncoderFixture(folder: root.appending(path: "minilm"))

  func texts() throws -> [String] {
    try JSONDecoder().decode([String].self, from: Data(contentsOf: folder.appending(path: "texts.json")))
  }

  /// The embeddings in a file, one a text.
  func embeddings(_ name: String) throws -> [[Float]] {
    let file = try SafetensorsFile(path: folder.appending(path: name).path)
    let values = try file.floats("embeddings")
    let width = try file.entry("embeddings").shape[1]
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }

  static func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }
}
