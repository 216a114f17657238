internal import HuggingFace
internal import Tensors

/// Gradients, summed over passes.
///
/// Matrices are not cleared: what comes first is written, the rest is added. Norms, biases and embeddings, whose gradients are sums over rows,
/// are few or sparse and begin at zero.
public final class Gradients {
  /// The sums; complete after ``finish()``.
  public let values: Parameters

  /// Where the matrices end that were written, by where they begin. Neighbours may be written as one.
  private var written: [Int: Int] = [:]

  /// Gradients of parameters.
  public convenience init(of parameters: Parameters) {
    self.init(parameters.configuration, layout: parameters.layout)
  }

  /// Gradients of the parameters that a policy hands out.
  public convenience init(of policy: Policy) {
    self.init(policy.weights.configuration, layout: policy.layout)
  }

  private init(_ configuration: ModelConfiguration, layout: ParameterLayout) {
    values = Parameters(configuration, layout: layout)
  }

  /// All values, little-endian, in the layout's order.
  public func bytes() -> [UInt8] { values.storage.bytes() }

  /// Takes all values from bytes that ``bytes()`` gave, here or elsewhere.
  public func replace(with bytes: [UInt8]) { values.storage.replace(with: bytes) }

  /// Begins a sum.
  public func begin() {
    written = [:]
    for entry in values.layout.entries where !entry.isMatrix || isOnlyAddedTo(entry) {
      clear(entry)
      written[entry.offset] = entry.range.upperBound
    }
  }

  /// Ends a sum: a matrix to which no pass contributed is zero.
  public func finish() {
    for entry in values.layout.entries where !written.contains(where: { ($0.key..<$0.value).contains(entry.offset) }) { clear(entry) }
  }

  /// Whether a product adds to a dense matrix, which counts as written from then on: the first one writes all of it.
  func addsTo(_ matrix: Matrix) -> Bool {
    written.updateValue(matrix.offset + matrix.rows * matrix.columns, forKey: matrix.offset) != nil
  }

  /// An embedding's gradient is scattered over few rows. Where it is tied, the output projection writes it first.
  private func isOnlyAddedTo(_ entry: ParameterLayout.Entry) -> Bool {
    entry.name == Parameters.embeddingName && !values.configuration.tiesEmbeddings
  }

  private func clear(_ entry: ParameterLayout.Entry) {
    values.storage.withMutableSpan(entry.range) { span in
      for index in span.indices { span[index] = 0 }
    }
  }
}
