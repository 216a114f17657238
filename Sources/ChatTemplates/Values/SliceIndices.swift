/// The elements that `[start:stop:step]` picks of a sequence, by Python's rules.
struct SliceIndices {
  let start: Int
  let step: Int
  let count: Int

  /// The slice of a sequence of `length` elements; the step is not 0.
  init(start: Int?, stop: Int?, step: Int?, length: Int) {
    let step = step ?? 1
    let lowest = step > 0 ? 0 : -1
    let highest = step > 0 ? length : length - 1
    func bounded(_ index: Int?, default fallback: Int) -> Int {
      guard let index else { return fallback }
      // An index far below zero must not overflow when the length is added.
      let counted = index < 0 ? max(index, -length - 1) + length : index
      return min(max(counted, lowest), highest)
    }
    let first = bounded(start, default: step > 0 ? lowest : highest)
    let last = bounded(stop, default: step > 0 ? highest : lowest)
    let distance = step > 0 ? last - first : first - last
    self.start = first
    self.step = step
    count = distance <= 0 ? 0 : (distance - 1) / Int(clamping: step.magnitude) + 1
  }

  var indices: [Int] {
    var result: [Int] = []
    result.reserveCapacity(count)
    for position in 0..<count { result.append(start + position * step) }
    return result
  }
}
