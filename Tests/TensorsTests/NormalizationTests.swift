import NumericTestSupport
import Tensors
import Testing

struct NormalizationTests {
  static let widths = [1, 7, 16, 24, 96, 131]

  @Test(arguments: widths)
  func `A row is divided by its root mean square and scaled`(width: Int) {
    let x = Matrix.random(3, width, seed: 1)
    let w = Matrix.random(1, width, seed: 2)
    let y = Matrix(rows: 3, columns: width)
    RMSNorm.forward(y, rms: nil, x, w, epsilon: 1e-5, lanes: Lanes(count: 1))
    for row in 0..<3 {
      let square = x.array(row: row).reduce(0) { $0 + Double($1) * Double($1) }
      let scale = 1 / (square / Double(width) + 1e-5).squareRoot()
      for column in 0..<width {
        #expect(abs(Double(y[row, column]) - Double(x[row, column]) * scale * Double(w[0, column])) < 1e-5)
      }
    }
  }

  @Test(arguments: widths)
  func `The backward is the gradient`(width: Int) {
    let lanes = Lanes(count: 1)
    let x = Matrix.random(3, width, seed: 1)
    for row in 0..<3 { x[row, 0] = 1 }  // a row near zero has a gradient beyond any step
    let w = Matrix.random(1, width, seed: 2)
    let dy = Matrix.random(3, width, seed: 3)
    let y = Matrix(rows: 3, columns: width)
    let rms = Matrix(rows: 1, columns: 3)
    let loss = {
      RMSNorm.forward(y, rms: rms, x, w, epsilon: 1e-5, lanes: lanes)
      return GradientCheck.dot(y, dy)
    }
    let dxExpected = GradientCheck.gradient(of: x, loss: loss)
    let dwExpected = GradientCheck.gradient(of: w, loss: loss)
    _ = loss()
    let dx = Matrix(rows: 3, columns: width)
    let dw = Matrix(rows: 1, columns: width)
    RMSNorm.backward(dx, dw, dy, x, rms: rms, w, accumulate: false, lanes: lanes)
    // With one column y is ±w whatever x is: that gradient is zero but for rounding.
    if width > 1 { #expect(GradientCheck.relativeError(dx.values, dxExpected) < GradientCheck.tolerance) }
    #expect(GradientCheck.relativeError(dw.values, dwExpected) < GradientCheck.tolerance)
  }

  @Test func `A backward can add to what is there, and can overwrite its input`() {
    let lanes = Lanes(count: 1)
    let x = Matrix.random(5, 24, seed: 1)
    let w = Matrix.random(1, 24, seed: 2)
    let dy = Matrix.random(5, 24, seed: 3)
    let rms = Matrix(rows: 1, columns: 5)
    RMSNorm.forward(Matrix(rows: 5, columns: 24), rms: rms, x, w, epsilon: 1e-5, lanes: lanes)
    let dw = Matrix(rows: 1, columns: 24)
    let plain = Matrix(rows: 5, columns: 24)
    RMSNorm.backward(plain, dw, dy, x, rms: rms, w, accumulate: false, lanes: lanes)
    let inPlace = dy.duplicate()
    RMSNorm.backward(inPlace, dw, inPlace, x, rms: rms, w, accumulate: false, lanes: lanes)
    #expect(inPlace.bits == plain.bits)
    let added = Matrix.random(5, 24, seed: 4)
    let start = added.duplicate()
    RMSNorm.backward(added, dw, dy, x, rms: rms, w, accumulate: true, lanes: lanes)
    for row in 0..<5 {
      for column in 0..<24 { #expect(abs(added[row, column] - start[row, column] - plain[row, column]) < 1e-6) }
    }
  }

  @Test(arguments: widths)
  func `Frozen weights leave the input's gradient as it is`(width: Int) {
    let x = Matrix.random(300, width, seed: 1)
    let w = Matrix.random(1, width, seed: 2)
    let dy = Matrix.random(300, width, seed: 3)
    let rms = Matrix.random(1, 300, seed: 4)
    for accumulate in [false, true] {
      let results = [Matrix(rows: 1, columns: width), nil].map { dw in
        let dx = Matrix.random(300, width, seed: 5)
        RMSNorm.backward(dx, dw, dy, x, rms: rms, w, accumulate: accumulate, lanes: Lanes(count: 2))
        return dx.bits
      }
      #expect(results[0] == results[1])
    }
  }

  @Test func `Rows, strides and lanes change no bit`() {
    let x = Matrix.random(700, 40, seed: 1)
    let w = Matrix.random(1, 24, seed: 2)
    let dy = Matrix.random(700, 24, seed: 3)
    let results = [1, 2, 3].map { count in
      let lanes = Lanes(count: count)
      let y = Matrix(rows: 700, columns: 24)
      let rms = Matrix(rows: 1, columns: 700)
      let dx = Matrix(rows: 700, columns: 24)
      let dw = Matrix(rows: 1, columns: 24)
      RMSNorm.forward(y, rms: rms, x.columns(8..<32), w, epsilon: 1e-6, lanes: lanes)
      RMSNorm.backward(dx, dw, dy, x.columns(8..<32), rms: rms, w, accumulate: false, lanes: lanes)
      return [y.bits, dx.bits, dw.bits]
    }
    #expect(results[1] == results[0] && results[2] == results[0])
    let one = Matrix(rows: 1, columns: 24)
    RMSNorm.forward(one, rms: nil, x.rows(431..<432).columns(8..<32), w, epsilon: 1e-6, lanes: Lanes(count: 1))
    #expect(one.bits == Array(results[0][0][431 * 24..<432 * 24]))
  }

  @Test(arguments: widths)
  func `Layer normalisation gives each row mean 0 and variance 1, then scales and shifts it`(width: Int) {
    let x = Matrix.random(5, width + 3, seed: 4, scale: 3).columns(2..<width + 2)
    for row in 0..<5 { x.set(row: row, to: x.array(row: row).map { $0 + Float(10 * row) }) }
    let w = Matrix.random(1, width, seed: 5)
    let bias = Matrix.random(1, width, seed: 6)
    let y = Matrix(rows: 5, columns: width)
    LayerNorm.forward(y, x, w, bias, epsilon: 1e-5, lanes: Lanes(count: 1))
    for row in 0..<5 {
      let values = x.array(row: row).map(Double.init)
      let mean = values.reduce(0, +) / Double(width)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      for column in 0..<width {
        let expected = (values[column] - mean) / (variance + 1e-5).squareRoot() * Double(w[0, column]) + Double(bias[0, column])
        // Rows around 40 lose five bits to their mean.
        #expect(abs(Double(y[row, column]) - expected) < 2e-5)
      }
    }
    let whole = y.bits
    LayerNorm.forward(x, x, w, bias, epsilon: 1e-5, lanes: Lanes(count: 1))
    #expect(x.bits == whole)
  }
}
