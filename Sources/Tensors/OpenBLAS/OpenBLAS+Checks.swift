internal import CKernels

extension OpenBLAS {
  /// Compares a product of each kind with a plain loop, and the rows of a product in calls of different sizes.
  ///
  /// Sums of more than a thousand terms take part, because OpenBLAS computes long sums in parts. A library that fails would spoil a run
  /// without a word. Takes some milliseconds.
  ///
  /// - Throws: An error that names the library, what differed and what to do.
  func check() throws(TensorsError) {
    for kind in ProductKind.allCases { try checkSums(kind) }
    for (outputs, inputs) in [(53, 37), (192, 96), (96, 288)] { try checkRows(.forward, outputs, inputs, rows: 1024) }
    try checkRows(.forward, 17, Self.manyTerms, rows: 640)
    try checkRows(.forward, 17, Self.manyTerms, rows: 640, accumulates: true)
    try checkRows(.inputGradient, 17, Self.manyTerms, rows: 640)
  }

  /// Terms of a long sum: more than twice the 448 of the SkylakeX kernels, and a prime.
  private static let manyTerms = 1109

  /// Compares each element of a product with a plain sum.
  private func checkSums(_ kind: ProductKind) throws(TensorsError) {
    let (m, n, k) = (19, 53, Self.manyTerms)
    let a = Matrix(hashed: m * k, from: 0)
    let b = Matrix(hashed: k * n, from: 1 << 24)
    let before = Matrix(hashed: m * n, from: 2 << 24)
    if !kind.accumulates { before.clear() }
    let c = Matrix(rows: 1, columns: m * n)
    c.copy(from: before)
    unsafe empo_sgemm(
      kind.transposesLeft ? 1 : 0, kind.transposesRight ? 1 : 0, Int64(m), Int64(n), Int64(k), 1, a.pointer,
      Int64(kind.transposesLeft ? m : k), b.pointer, Int64(kind.transposesRight ? k : n), kind.accumulates ? 1 : 0, c.pointer, Int64(n))
    var expected = 0.0
    let place = unsafe empo_product_differs(
      c.pointer, before.pointer, kind.transposesLeft ? 1 : 0, kind.transposesRight ? 1 : 0, Int64(m), Int64(n), Int64(k), a.pointer,
      b.pointer, &expected)
    guard place >= 0 else { return }
    throw TensorsError(
      .library,
      "\(self) multiplies wrongly: row \(Int(place) / n), column \(Int(place) % n) of a product \(kind) with \(k) terms: found "
        + "\(c[0, Int(place)]), expected \(Float(expected)); " + Self.remedy("another release"))
  }

  /// Compares the rows of a product with the same rows in calls of another size and at another place, the smallest that a pass makes too.
  private func checkRows(
    _ kind: ProductKind, _ outputs: Int, _ terms: Int, rows: Int, accumulates: Bool = false
  ) throws(TensorsError) {
    let x = Matrix(hashed: rows * terms, from: 0)
    let w = Matrix(hashed: outputs * terms, from: 1 << 24)
    func product(_ range: Range<Int>) -> Matrix {
      let y = Matrix(rows: range.count, columns: outputs)
      unsafe empo_sgemm(
        0, kind.transposesRight ? 1 : 0, Int64(range.count), Int64(outputs), Int64(terms), 1, x.pointer + range.lowerBound * terms,
        Int64(terms), w.pointer, Int64(kind.transposesRight ? terms : outputs), accumulates ? 1 : 0, y.pointer, Int64(outputs))
      return y
    }
    let whole = product(0..<rows)
    let least = Products.paddedRows(1, for: [outputs * terms])
    for range in [0..<528, 99..<99 + least, 1..<rows - 15] {
      let part = product(range)
      let isSame = range.enumerated().allSatisfy { part.hasSameBits(row: $0, as: whole, row: $1) }
      guard isSame else {
        throw TensorsError(
          .library,
          "\(self) computes a row of a product \(kind) with \(terms) terms differently in different calls, so that a sample would depend "
            + "on its batch; " + Self.remedy("a build that chooses its kernels at run time"))
      }
    }
  }

  private static func remedy(_ build: String) -> String {
    guard !isChosen else { return "name \(build) in \(variable), or unset it" }
    return "install \(build) (apt-get install libopenblas0-pthread), or set \(variable) to the path of one"
  }
}

/// The products of a layer: forward, and the two of its backward pass.
private enum ProductKind: CaseIterable, CustomStringConvertible {
  /// y = x · wᵀ.
  case forward
  /// dx = dy · w.
  case inputGradient
  /// dw += dyᵀ · x.
  case weightGradient

  var transposesLeft: Bool { self == .weightGradient }

  var transposesRight: Bool { self == .forward }

  var accumulates: Bool { self != .inputGradient }

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

  fileprivate func hasSameBits(row: Int, as other: Matrix, row otherRow: Int) -> Bool {
    (0..<columns).allSatisfy { unsafe pointer(row: row)[$0].bitPattern == other.pointer(row: otherRow)[$0].bitPattern }
  }
}
