internal import CKernels

extension OpenBLAS {
  /// Compares the products of a layer, forward and backward, with the library's.
  ///
  /// - Returns: The largest difference of an element, as a share of the sum of its terms' magnitudes.
  /// - Throws: An error that names the library and the product, where a difference is beyond what the rounding of both explains.
  public func compare(lanes: Lanes) throws(TensorsError) -> Double {
    var largest = 0.0
    for kind in ProductKind.allCases { largest = max(largest, try compare(kind, lanes: lanes)) }
    return largest
  }

  private func compare(_ kind: ProductKind, lanes: Lanes) throws(TensorsError) -> Double {
    let (m, n, k) = (19, 101, 1_109)
    let a = Matrix(hashed: m * k, from: 0)
    let b = Matrix(hashed: k * n, from: 1 << 24)
    let (left, right) = (kind.transposesLeft ? m : k, kind.transposesRight ? k : n)
    let theirs = Matrix(rows: m, columns: n)
    unsafe empo_sgemm(
      kind.transposesLeft ? 1 : 0, kind.transposesRight ? 1 : 0, Int64(m), Int64(n), Int64(k), a.pointer, Int64(left), b.pointer,
      Int64(right), theirs.pointer, Int64(n))
    let ours = kind.product(a, b, m, n, k, lanes: lanes)
    let magnitudes = kind.product(a.magnitudes(), b.magnitudes(), m, n, k, lanes: lanes)
    // A float32 sum of k products in whatever order is off by less than (k + 2) u / (1 - (k + 2) u) times the sum of the magnitudes,
    // u = 2⁻²⁴ (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
    let unit = Double(k + 2) * 0x1p-24
    var largest = 0.0
    for row in 0..<m {
      for column in 0..<n {
        let difference = abs(Double(ours[row, column]) - Double(theirs[row, column])) / Double(magnitudes[row, column])
        guard difference <= 2 * unit / (1 - unit) else {
          throw TensorsError(
            .library,
            "\(self): row \(row), column \(column) of a product \(kind) with \(k) terms is \(theirs[row, column]), and "
              + "\(ours[row, column]) here: one of the two computes wrongly on this processor")
        }
        largest = max(largest, difference)
      }
    }
    return largest
  }
}

/// The products of a layer: forward, and the two of its backward pass.
private enum ProductKind: CaseIterable, CustomStringConvertible {
  /// y = x · wᵀ.
  case forward
  /// dx = dy · w.
  case inputGradient
  /// dw = dyᵀ · x.
  case weightGradient

  var transposesLeft: Bool { self == .weightGradient }

  var transposesRight: Bool { self == .forward }

  /// [m, n] of vectors of m·k and k·n values.
  func product(_ a: Matrix, _ b: Matrix, _ m: Int, _ n: Int, _ k: Int, lanes: Lanes) -> Matrix {
    func shaped(_ vector: Matrix, _ rows: Int, _ columns: Int) -> Matrix {
      Matrix(storage: vector.storage, offset: 0, rows: rows, columns: columns)
    }
    let y = Matrix(rows: m, columns: n)
    switch self {
    case .forward: Products.linear(y, shaped(a, m, k), shaped(b, n, k), lanes: lanes)
    case .inputGradient: Products.linearInputGradient(y, shaped(a, m, k), shaped(b, k, n), lanes: lanes)
    case .weightGradient: Products.linearWeightGradient(y, shaped(a, k, m), shaped(b, k, n), lanes: lanes)
    }
    return y
  }

  var description: String {
    switch self {
    case .forward: "x·wᵀ"
    case .inputGradient: "dy·w"
    case .weightGradient: "dyᵀ·x"
    }
  }
}

extension Matrix {
  /// A vector of numbers in [-1, 1) whose sums round, from a multiplicative hash of their place.
  fileprivate init(hashed count: Int, from first: Int) {
    self.init(rows: 1, columns: count)
    for index in 0..<count {
      unsafe pointer[index] = Float((UInt32(truncatingIfNeeded: first + index) &* 2_654_435_761) >> 8) * 0x1p-23 - 1
    }
  }

  fileprivate func magnitudes() -> Matrix {
    let result = Matrix(rows: rows, columns: columns)
    for index in 0..<columns { unsafe result.pointer[index] = abs(pointer[index]) }
    return result
  }
}
