internal import Tensors

/// A model's norms and biases. They are float32 with matrices of any format: they are few, and every row uses them.
struct VectorParameters: Sendable {
  /// The parameters that are no matrices, with where each begins here.
  let entries: [(entry: ParameterLayout.Entry, offset: Int)]
  let storage: FloatStorage
  private let indices: [String: Int]

  /// Zeros for a model.
  init(_ layout: ParameterLayout) {
    var entries: [(ParameterLayout.Entry, Int)] = []
    var indices: [String: Int] = [:]
    var count = 0
    for entry in layout.entries where !entry.isMatrix {
      indices[entry.name] = entries.count
      entries.append((entry, count))
      count += entry.count
    }
    self.entries = entries
    self.indices = indices
    storage = FloatStorage(count: count)
  }

  /// One parameter, [1, n].
  subscript(name: String) -> Matrix { joined(name, parts: 1) }

  /// `parts` parameters that lie together, as one row.
  func joined(_ name: String, parts: Int) -> Matrix {
    guard let first = indices[name] else { preconditionFailure("no parameter \(name)") }
    let count = entries[first..<first + parts].reduce(0) { $0 + $1.entry.count }
    return Matrix(storage: storage, offset: entries[first].offset, rows: 1, columns: count)
  }
}
