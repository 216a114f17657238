internal import HuggingFace
internal import Tensors

/// The adapters of a projection's parts: `y += s · (x·Aᵀ)·Bᵀ`, or the gradients of A and B.
struct ProjectionAdapter: Sendable {
  /// One part's B.
  struct Part: Sendable {
    /// [r, n]: B, transposed
    let b: Matrix
    /// The n columns of y[T, N] that the part computes.
    let outputs: Range<Int>
  }

  /// [Σ r, K]: the A of all parts, one below the other
  let a: Matrix

  let parts: [Part]

  /// r
  let rank: Int

  let scale: Float

  /// The columns of u[T, Σ r] = x·Aᵀ, or of its gradient, that belong to a part.
  func inner(_ part: Int) -> Range<Int> { part * rank..<(part + 1) * rank }

  /// The rows of A that belong to a part, [r, K].
  func a(_ part: Int) -> Matrix { a.rows(inner(part)) }
}

extension ProjectionAdapter {
  /// y[T, N] gets the adapters' share of the product of x[T, K]; u[T, Σ r] keeps x·Aᵀ.
  func forward(_ y: Matrix, u: Matrix, _ x: Matrix, lanes: Lanes) {
    AdapterProducts.narrow(u, x, a, lanes: lanes)
    for (index, part) in parts.enumerated() {
      AdapterProducts.widen(y.columns(part.outputs), u.columns(inner(index)), part.b, scale: scale, lanes: lanes)
    }
  }

  /// Adds to `gradients`, and to dx[T, K] where it is asked for, from dy[T, N]. g[T, Σ r] is a buffer for the gradient of u.
  func backward(
    _ dx: Matrix?, _ dy: Matrix, _ x: Matrix, u: Matrix, g: Matrix, into gradients: ProjectionAdapter, _ written: Gradients, lanes: Lanes
  ) {
    for (index, part) in parts.enumerated() {
      let (inner, dyPart) = (inner(index), dy.columns(part.outputs))
      AdapterProducts.narrow(g.columns(inner), dyPart, part.b, scale: scale, lanes: lanes)
      let db = gradients.parts[index].b
      AdapterProducts.weightGradient(
        db, u.columns(inner), dyPart, scale: scale, accumulate: written.addsTo(db), lanes: lanes)
      let da = gradients.a(index)
      AdapterProducts.weightGradient(da, g.columns(inner), x, accumulate: written.addsTo(da), lanes: lanes)
    }
    if let dx { AdapterProducts.widen(dx, g, a, lanes: lanes) }
  }
}

/// The adapters of one layer, or their gradients; nil where a projection has none.
struct LayerAdapters: Sendable {
  let queryKeyValue: ProjectionAdapter?
  let attentionOutput: ProjectionAdapter?
  let gateUp: ProjectionAdapter?
  let down: ProjectionAdapter?

  /// Views of adapters that lie as ``ParameterLayout/init(adaptersOf:_:)`` says.
  init(_ parameters: Parameters, _ lora: LoRAConfiguration, layer: Int) {
    func adapter(_ group: AdapterGroup) -> ProjectionAdapter? {
      let configuration = parameters.configuration
      let targets = group.targets.filter(lora.targets.contains)
      guard let first = targets.first else { return nil }
      var parts: [ProjectionAdapter.Part] = []
      var output = 0
      for target in group.targets {
        let range = output..<output + configuration.outputs(of: target)
        output = range.upperBound
        guard lora.targets.contains(target) else { continue }
        let name = ParameterLayout.adapterName(of: target, layer: layer) + ".lora_B.transposed"
        parts.append(ProjectionAdapter.Part(b: parameters.matrix(named: name), outputs: range))
      }
      let name = ParameterLayout.adapterName(of: first, layer: layer) + ".lora_A.weight"
      return ProjectionAdapter(
        a: parameters.matrix(named: name, parts: targets.count), parts: parts, rank: lora.rank, scale: lora.scale)
    }
    queryKeyValue = adapter(.queryKeyValue)
    attentionOutput = adapter(.attentionOutput)
    gateUp = adapter(.gateUp)
    down = adapter(.down)
  }
}
