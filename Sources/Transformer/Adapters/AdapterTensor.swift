/// One parameter of adapters as PEFT stores it.
struct AdapterTensor {
  /// PEFT's name, such as `base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight`.
  let name: String

  /// A: [r, K]; B: [N, r].
  let shape: [Int]

  /// Whether the parameter is the transposed tensor, as B is.
  let isTransposed: Bool

  /// The tensor of a parameter in a layout of adapters; PEFT's training states have the name of the adapter set, `default`, within.
  init(of entry: ParameterLayout.Entry, set: String? = nil) {
    var parts = entry.name.split(separator: ".")
    isTransposed = parts.removeLast() == "transposed"
    if let set { parts.append(set[...]) }
    name = "base_model.model." + parts.joined(separator: ".") + ".weight"
    shape = isTransposed ? entry.shape.reversed() : entry.shape
  }
}

/// Writes a matrix of some rows to `target`, transposed.
func transpose(_ matrix: Span<Float>, rows: Int, into target: inout MutableSpan<Float>) {
  let columns = matrix.count / rows
  precondition(matrix.count == rows * columns && target.count == matrix.count)
  for row in 0..<rows {
    for column in 0..<columns { target[column * rows + row] = matrix[row * columns + column] }
  }
}
