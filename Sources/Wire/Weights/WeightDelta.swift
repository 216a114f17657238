/// The change from one policy version to another, losslessly: only the elements whose bits differ.
///
/// A small learning rate moves few bfloat16 weights to a neighbour, and float32 weights by few units in the last place. So a delta
/// names changed elements by the gaps between them, and values by how far the bit patterns, read as integers, lie apart; both as
/// Rice codes (Rice and Plaunt 1971, "Adaptive variable-length coding for efficient compression of spacecraft television data"),
/// whose parameter is chosen for each block. The gaps between independent changes cost within 2 % of their entropy.
///
/// ```
/// delta  = digest u64 × tensors    XXH3-64 of each tensor of the result, little-endian
///          block × ⌈elements / 65,536⌉
/// block  = changed                 how many elements of the block changed, LEB128
///          gapBits u8, valueBits u8, codes        only where changed > 0
/// codes  = (gap, value) × changed, bits from the lowest of each byte on, filled up with zeros to a whole byte
/// gap    = elements passed over since the last changed one of the block
/// value  = zigzag(new − old) − 1, modulo 2^16 or 2^32; zigzag(d) = 2d for d ≥ 0, −2d − 1 below
/// code x = q = x >> k zeros, a one, the low k bits of x; where q ≥ 24: 24 zeros, then all 16 or 32 bits of x
/// ```
///
/// Gaps have 16 bits, values the element's width. NaN and infinities are bit patterns like any other.
public enum WeightDelta {
  /// How many elements share their codes' parameters.
  static let blockElements = 1 << 16

  /// So many zeros without a one after them announce a value in full.
  static let escape = 24

  /// The width of a gap that is written in full.
  static let gapWidth = 16

  /// The lowest `count` bits.
  @inline(__always)
  static func mask(_ count: Int) -> UInt64 { (1 &<< UInt64(truncatingIfNeeded: count)) &- 1 }
}

extension WeightManifest {
  /// The bytes of each tensor, in the order of their offsets: from where one begins to where the next one does.
  ///
  /// Together they cover all bytes, for any manifest; a tensor without elements has none.
  var tensorRanges: [Range<Int>] {
    let total = Int(totalBytes)
    let begins = Set(parameters.map(\.offset).filter { (1..<totalBytes).contains($0) }.map { Int($0) }).sorted()
    return zip([0] + begins, begins + [total]).map { $0..<$1 }
  }

  /// The name of the tensor that begins at a byte.
  func name(ofTensorAt offset: Int) -> String {
    parameters.last { $0.offset == UInt64(offset) }?.name ?? "at byte \(offset)"
  }
}
