import Foundation
import Testing
import Transformer

/// Pairs of texts with the logits that PyTorch computes for them: the tiny random classifiers of scripts/fixtures/nli.py.
struct EntailmentFixture: Sendable, CustomTestStringConvertible {
  struct Case: Decodable {
    var premise: String
    var hypothesis: String
    var tokens: [Int32]
    var logits: [Float]
    var label: String

    var pair: EntailmentClassifier.Pair { .init(premise: premise, hypothesis: hypothesis) }
  }

  let name: String

  var testDescription: String { name }

  /// The classifier's folder.
  var model: String { EncoderFixture.root.appending(path: "nli/\(name)/model").path }

  static let all = ["bert-three-f16", "bert-two-bf16", "roberta-three-f32"].map(EntailmentFixture.init)

  func cases() throws -> [Case] {
    try JSONDecoder().decode([Case].self, from: Data(contentsOf: EncoderFixture.root.appending(path: "nli/\(name)/pairs.json")))
  }
}
