internal import CKernels

/// What this processor can do at most, by loops that do nothing else.
public enum Peak {
  /// Computes `rounds` rounds of multiply-adds in registers on every lane, in an arithmetic.
  ///
  /// - Returns: The floating-point operations of all.
  public static func compute(_ arithmetic: Arithmetic, rounds: Int, lanes: Lanes) -> Int {
    let results = Matrix(rows: lanes.count, columns: 16)
    @Sendable func run(_ lane: Int, rounds: Int) -> Int {
      (results[lane, 0], results[lane, 1]) = (0.999, 0.001)
      let result = unsafe results.pointer(row: lane)
      return unsafe Int(
        arithmetic == .exact ? empo_peak_multiply_adds(result, Int64(rounds)) : empo_peak_pairs(result, Int64(rounds)))
    }
    lanes.forEach(lanes.count) { _ = run($0, rounds: rounds) }
    return run(0, rounds: 1) * rounds * lanes.count
  }

  /// Reads all values, a stretch a lane.
  public static func read(_ storage: FloatStorage, lanes: Lanes) {
    let results = Matrix(rows: lanes.count, columns: 16)
    lanes.forEach(lanes.count) { lane in
      let range = lane * storage.count / lanes.count..<(lane + 1) * storage.count / lanes.count
      unsafe empo_peak_read(results.pointer(row: lane), storage.base + range.lowerBound, Int64(range.count))
    }
  }
}
