import Tensors

/// Products whose sums are as long as a real model's, in every direction that training computes: forward and backward, with weights of
/// each type, through the tiles that a pass takes: sums of many blocks, which a build that cuts them otherwise would end differently.
enum LongProducts {
  /// The shapes: rows, terms of a sum, values of a row's result. Few rows as when sampling; many rows as in a prompt.
  private static let shapes = [(rows: 64, terms: 4_912, width: 56), (rows: 512, terms: 1_104, width: 56)]

  /// The bytes of all results.
  static func bytes() -> [UInt8] {
    let lanes = Lanes(count: 1)
    return shapes.flatMap { rows, terms, width in
      let left = numbers(rows * terms, from: 0)
      let right = numbers(width * terms, from: 1 << 24)
      let rounded = BFloat16Storage(count: right.count)
      rounded.round(right, lanes: lanes)
      let x = Matrix(storage: left, offset: 0, rows: rows, columns: terms)

      let forward = numbers(rows * width, from: 2 << 24)
      let y = Matrix(storage: forward, offset: 0, rows: rows, columns: width)
      Products.linear(y, x, Matrix(storage: right, offset: 0, rows: width, columns: terms), accumulate: true, lanes: lanes)
      let rounding = Arithmetic.allCases.map { arithmetic in
        let forward = Matrix(rows: rows, columns: width)
        let outputs = Projection([.bfloat16(BFloat16Matrix(storage: rounded, rows: width, columns: terms))], arithmetic: arithmetic)
        Products.linear(forward, x, outputs, lanes: lanes)
        let inputGradient = Matrix(rows: rows, columns: width)
        let inputs = Projection([.bfloat16(BFloat16Matrix(storage: rounded, rows: terms, columns: width))], arithmetic: arithmetic)
        Products.linearInputGradient(inputGradient, x, inputs, lanes: lanes)
        return [forward, inputGradient]
      }

      let inputGradient = Matrix(rows: rows, columns: width)
      let w = Matrix(storage: right, offset: 0, rows: terms, columns: width)
      Products.linearInputGradient(inputGradient, x, w, lanes: lanes)

      let dy = Matrix(storage: left, offset: 0, rows: terms, columns: rows)
      let weightGradients = Arithmetic.allCases.map { arithmetic in
        let gradient = Matrix(rows: rows, columns: width)
        Products.linearWeightGradient(gradient, dy, w, arithmetic: arithmetic, lanes: lanes)
        return gradient
      }
      return ([y, inputGradient] + rounding.joined() + weightGradients).flatMap { $0.storage.bytes() }
    }
  }

  /// Numbers in [-1, 1) whose sums round, from a multiplicative hash of their place.
  private static func numbers(_ count: Int, from first: UInt32) -> FloatStorage {
    let storage = FloatStorage(count: count)
    storage.withMutableSpan(0..<count) { span in
      for index in span.indices {
        let place = first &+ UInt32(truncatingIfNeeded: index)
        span[index] = Float((place &* 2_654_435_761) >> 8) * 0x1p-23 - 1
      }
    }
    return storage
  }
}
