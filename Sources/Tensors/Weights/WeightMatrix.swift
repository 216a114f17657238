/// A matrix of weights as it is stored: [outputs, inputs], row-major.
///
/// Products and look-ups compute in float32 from any storage.
public enum WeightMatrix: Sendable {
  /// A float32 matrix.
  case float32(Matrix)
  /// A bfloat16 matrix.
  case bfloat16(BFloat16Matrix)

  /// The number of outputs.
  public var rows: Int {
    switch self {
    case .float32(let matrix): matrix.rows
    case .bfloat16(let matrix): matrix.rows
    }
  }

  /// The number of inputs.
  public var columns: Int {
    switch self {
    case .float32(let matrix): matrix.columns
    case .bfloat16(let matrix): matrix.columns
    }
  }
}

/// A dense row-major bfloat16 matrix in storage that it shares.
public struct BFloat16Matrix: Sendable {
  /// The storage that holds the values.
  public let storage: BFloat16Storage

  /// Where the first row starts in the storage.
  public let offset: Int

  /// The number of rows.
  public let rows: Int

  /// The number of values in a row.
  public let columns: Int

  /// Creates a view into storage.
  public init(storage: BFloat16Storage, offset: Int = 0, rows: Int, columns: Int) {
    precondition(offset >= 0 && rows >= 0 && columns >= 0 && offset + rows * columns <= storage.count)
    self.storage = storage
    self.offset = offset
    self.rows = rows
    self.columns = columns
  }

  func pointer(row: Int) -> UnsafePointer<UInt16> { unsafe storage.base + (offset + row * columns) }
}

/// One product's weights: matrices of as many inputs, whose outputs lie side by side.
public struct Projection: Sendable {
  /// The matrices, from the first columns of the outputs on.
  public let parts: [WeightMatrix]

  /// How products of bfloat16 parts are computed; those of float32 parts are exact.
  public let arithmetic: Arithmetic

  /// The same weights, packed for products of few rows; nil where they are not.
  public private(set) var panels: [Panels]?

  /// Creates a projection.
  public init(_ parts: [WeightMatrix], arithmetic: Arithmetic = .exact) {
    precondition(!parts.isEmpty && parts.allSatisfy { $0.columns == parts[0].columns })
    self.parts = parts
    let isBFloat16 = parts.allSatisfy { if case .bfloat16 = $0 { true } else { false } }
    self.arithmetic = isBFloat16 ? arithmetic : .exact
  }

  /// The projection with its weights packed too. Where they change, ``pack(lanes:)`` must follow.
  public func packed(lanes: Lanes) -> Projection {
    var copy = self
    copy.panels = parts.map { part in
      let panels = Panels(part, lanes: lanes)
      // The panels are what is read from now on.
      if case .bfloat16(let matrix) = part { matrix.storage.release() }
      return panels
    }
    return copy
  }

  /// Packs the weights again, if they are packed, after they have changed.
  public func pack(lanes: Lanes) {
    for (part, panels) in zip(parts, panels ?? []) { panels.pack(part, lanes: lanes) }
  }

  /// Creates a projection of one matrix.
  public init(_ matrix: Matrix) {
    self.init([.float32(matrix)])
  }

  /// The number of outputs.
  public var rows: Int { parts.reduce(0) { $0 + $1.rows } }

  /// The number of inputs.
  public var columns: Int { parts[0].columns }
}
