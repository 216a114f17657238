internal import Foundation

/// How a file stores floating-point numbers, little-endian.
public enum FloatFormat: Sendable, Hashable, CaseIterable {
  /// IEEE 754 binary32.
  case float32
  /// The upper half of a binary32.
  case bfloat16
  /// IEEE 754 binary16.
  case float16

  /// Bytes of one number.
  public var byteWidth: Int { self == .float32 ? 4 : 2 }

  /// Reads the numbers in `bytes`, as many as `values` has places. Every value is exact; a NaN stays one.
  public func widen(_ bytes: RawSpan, into values: inout MutableSpan<Float>) {
    let count = values.count
    precondition(bytes.byteCount == byteWidth * count, "\(bytes.byteCount) bytes do not make \(count) numbers")
    unsafe bytes.withUnsafeBytes { source in
      unsafe values.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        switch self {
        case .float32: unsafe memcpy(target, source, 4 * count)
        case .bfloat16:
          for index in 0..<count {
            let bits = unsafe source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
            unsafe target[index] = Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16)
          }
        case .float16:
          for index in 0..<count {
            unsafe target[index] = Self.widened(source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
          }
        }
      }
    }
  }

  /// Writes numbers to `bytes`, which has room for just as many, rounded to the nearest and of two to the even one. Infinities stay, a NaN
  /// stays one, and values beyond the largest number become infinities.
  public func narrow(_ values: Span<Float>, into bytes: inout MutableSpan<UInt8>) {
    let count = values.count
    precondition(bytes.count == byteWidth * count, "\(bytes.count) bytes have no room for \(count) numbers")
    unsafe values.withUnsafeBufferPointer { source in
      unsafe bytes.withUnsafeMutableBytes { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        switch self {
        case .float32: unsafe memcpy(target, source, 4 * count)
        case .bfloat16:
          for index in 0..<count {
            let bits = unsafe Self.roundedToBFloat16(source[index].bitPattern)
            unsafe target.storeBytes(of: bits, toByteOffset: 2 * index, as: UInt16.self)
          }
        case .float16:
          for index in 0..<count {
            unsafe target.storeBytes(of: Float16(source[index]).bitPattern, toByteOffset: 2 * index, as: UInt16.self)
          }
        }
      }
    }
  }

  /// Whether the numbers in `bytes` are neither infinities nor NaN: all bits of such a number's exponent are set.
  public func isFinite(_ bytes: RawSpan) -> Bool {
    precondition(bytes.byteCount.isMultiple(of: byteWidth))
    return unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return true }
      let count = source.count / byteWidth
      switch self {
      case .float32: return unsafe Self.isClear(of: 0x7F80_0000 as UInt32, start, count)
      case .bfloat16: return unsafe Self.isClear(of: 0x7F80 as UInt16, start, count)
      case .float16: return unsafe Self.isClear(of: 0x7C00 as UInt16, start, count)
      }
    }
  }

  /// Whether no number has all bits of `mask`. The loop has no early exit, so that it is vectorised.
  @inline(__always)
  private static func isClear<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    of mask: Bits, _ start: UnsafeRawPointer, _ count: Int
  ) -> Bool {
    var found: Bits = 0
    for index in 0..<count {
      let bits = unsafe start.loadUnaligned(fromByteOffset: MemoryLayout<Bits>.size * index, as: Bits.self) & mask
      found |= bits == mask ? 1 : 0
    }
    return found == 0
  }

  /// Only integer operations and one exact subtraction, which are vectorised on every processor; few have an instruction for binary16.
  @inline(__always)
  private static func widened(_ half: UInt16) -> Float {
    let bits = UInt32(truncatingIfNeeded: half)
    let sign = (bits & 0x8000) << 16
    let magnitude = (bits & 0x7FFF) << 13
    let exponent = bits & 0x7C00
    // The exponent's bias is 15 there and 127 here; 31, which marks infinities and NaN, becomes 255.
    let normal = magnitude &+ (112 << 23) &+ (exponent == 0x7C00 ? 112 << 23 : 0)
    // 2⁻¹⁴ · (1 + m/1024) - 2⁻¹⁴ is the number that a mantissa m without an exponent stands for.
    let small = (Float(bitPattern: magnitude | 113 << 23) - Float(bitPattern: 113 << 23)).bitPattern
    return Float(bitPattern: sign | (exponent == 0 ? small : normal))
  }

  @inline(__always)
  private static func roundedToBFloat16(_ bits: UInt32) -> UInt16 {
    let rounded = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
    // Rounding could carry a NaN's mantissa into its sign, and cutting it could leave an infinity.
    let quiet = bits >> 16 | 0x40
    return UInt16(truncatingIfNeeded: bits & 0x7FFF_FFFF > 0x7F80_0000 ? quiet : rounded)
  }
}
