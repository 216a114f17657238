internal import Foundation
internal import Tensors

/// A classifier's head, in buffers of a fixed number of texts: logits = Wout · tanh(W · x + b) + bout, of each text's first token.
///
/// Not thread-safe. A text's logits depend on its own vector alone.
struct ClassifierHead: Sendable {
  private let weights: BertWeights.Head
  private let lanes: Lanes
  /// [P, C] each
  private let first: Matrix
  private let hidden: Matrix

  /// A head for the texts of an encoder's call.
  init(_ weights: BertWeights.Head, lanes: Lanes) {
    self.weights = weights
    self.lanes = lanes
    let C = weights.dense.columns
    first = Matrix(rows: EncoderPass.maximumTexts, columns: C)
    hidden = Matrix(rows: EncoderPass.maximumTexts, columns: C)
  }

  /// The logits of each text, of the vectors of all tokens x[T, C], text after text.
  func logits(_ x: Matrix, counts: [Int]) -> [[Float]] {
    var row = 0
    for (text, count) in counts.enumerated() {
      first.set(row: text, to: x.array(row: row))
      row += count
    }
    Products.linear(hidden.first(counts.count), first.first(counts.count), weights.dense, lanes: lanes)
    Bias.forward(hidden.first(counts.count), weights.denseBias, lanes: lanes)
    let bias = weights.outputBias.array(row: 0)
    let rows = bias.indices.map { weights.output.array(row: $0) }
    return counts.indices.map { text in
      let values = hidden.array(row: text).map { tanh(Double($0)) }
      return zip(rows, bias).map { row, bias in Float(zip(row, values).reduce(Double(bias)) { $0 + Double($1.0) * $1.1 }) }
    }
  }
}
