internal import Tensors

/// Which tensor goes into which file of an export.
///
/// Tensors stay in their order, and a file takes as many as fit; a tensor that is larger than the limit gets a file of its own.
struct ShardPlan {
  /// The files' names, as transformers has them.
  let names: [String]

  /// The tensors of each file.
  let ranges: [Range<Int>]

  /// The bytes of all tensors.
  let totalSize: Int

  init(counts: [Int], format: FloatFormat, maximumShardBytes: Int) {
    var ranges: [Range<Int>] = []
    var start = 0
    var size = 0
    for (index, count) in counts.enumerated() {
      let bytes = count * format.byteWidth
      if index > start, size + bytes > maximumShardBytes {
        ranges.append(start..<index)
        start = index
        size = 0
      }
      size += bytes
    }
    ranges.append(start..<counts.count)
    self.ranges = ranges
    totalSize = counts.reduce(0, +) * format.byteWidth
    names =
      ranges.count == 1
      ? [WeightFiles.fileName]
      : ranges.indices.map { "model-\(Self.padded($0 + 1))-of-\(Self.padded(ranges.count)).safetensors" }
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
