internal import CKernels
internal import Foundation

/// Loops over all parameters at once: norms, scaling and the optimiser's update.
public enum ParameterLoops {
  /// Σ x² in double precision, over fixed chunks in order.
  public static func squareSum(_ values: FloatStorage, lanes: Lanes) -> Double {
    let chunks = (values.count + chunk - 1) / chunk
    let partials = PartialSums(count: chunks)
    lanes.forEach(chunks) { index in
      let start = index * chunk
      partials.set(index, unsafe empo_square_sum(values.base + start, Int64(min(chunk, values.count - start))))
    }
    return partials.total
  }

  /// Adds `terms` to `sums`, value by value.
  public static func add(_ terms: FloatStorage, to sums: FloatStorage, lanes: Lanes) {
    precondition(terms.count == sums.count)
    lanes.forEachRange(of: sums.count, tile: chunk, step: 16) { part in
      unsafe empo_add(sums.base + part.lowerBound, terms.base + part.lowerBound, Int64(part.count))
    }
  }

  /// One AdamW update of `range` (Loshchilov & Hutter, 2019, algorithm 2) with gradients scaled by `scale` first. Where `rounding` is given,
  /// its places of `range` get the new parameters, to the nearest bfloat16, ties to even; all ranges must be updated, one call after the other.
  public static func adamW(
    _ parameters: FloatStorage, first: FloatStorage, second: FloatStorage, gradients: FloatStorage, range: Range<Int>, scale: Float,
    step: AdamWStep, decay: Float, lanes: Lanes, rounding: BFloat16Storage? = nil
  ) {
    precondition(parameters.count == first.count && first.count == second.count && second.count == gradients.count)
    precondition(range.lowerBound >= 0 && range.upperBound <= parameters.count && (rounding?.count ?? .max) >= range.upperBound)
    rounding?.makeWritable()
    lanes.forEachRange(of: range.count, tile: chunk, step: 16) { part in
      let start = range.lowerBound + part.lowerBound
      unsafe empo_adamw(
        parameters.base + start, first.base + start, second.base + start, gradients.base + start,
        rounding.map { unsafe $0.writable + start }, Int64(part.count), scale, step.rate, step.beta1, step.beta2, step.epsilon, decay,
        step.correction1, step.correction2)
    }
  }

  private static let chunk = 1 << 16
}

/// The numbers of one AdamW step that all parameters share.
public struct AdamWStep: Sendable {
  let rate: Float
  let beta1: Float
  let beta2: Float
  let epsilon: Float
  let correction1: Float
  let correction2: Float

  /// The numbers of update `count`, counted from 1.
  public init(count: Int, rate: Double, beta1: Double, beta2: Double, epsilon: Double) {
    self.rate = Float(rate)
    self.beta1 = Float(beta1)
    self.beta2 = Float(beta2)
    self.epsilon = Float(epsilon)
    correction1 = Float(1 - pow(beta1, Double(count)))
    correction2 = Float(1 - pow(beta2, Double(count)))
  }
}

/// One number a chunk, written by lanes and summed in order.
@safe private final class PartialSums: @unchecked Sendable {
  // Sendable because each lane writes its own chunks' places and the sum is read after the loop.
  private let values: UnsafeMutableBufferPointer<Double>

  init(count: Int) {
    unsafe values = .allocate(capacity: count)
    unsafe values.initialize(repeating: 0)
  }

  deinit {
    unsafe values.deallocate()
  }

  func set(_ index: Int, _ value: Double) {
    unsafe values[index] = value
  }

  var total: Double { unsafe values.reduce(0, +) }
}
