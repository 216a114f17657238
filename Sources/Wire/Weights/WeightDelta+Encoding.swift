import Digests

extension WeightDelta {
  /// Writes the delta that makes `target` of `base`.
  ///
  /// One pass over both; stops as soon as the delta is as long as a key frame.
  ///
  /// - Parameters:
  ///   - target: All bytes of a version, as many as the manifest says.
  ///   - base: As many of another.
  /// - Returns: Nil where a key frame is no longer than the delta.
  public static func encode(_ target: WeightBytes, against base: WeightBytes, manifest: WeightManifest) -> [UInt8]? {
    let total = Int(manifest.totalBytes)
    precondition(target.count == total && base.count == total, "a version has as many bytes as the manifest says")
    let width = manifest.elementType.bytes
    guard total.isMultiple(of: width) else { return nil }
    var delta: [UInt8] = []
    delta.reserveCapacity(total / 32)
    for range in manifest.tensorRanges {
      let digest = target.withSpan { xxh3($0.extracting(range)) }
      for shift in stride(from: 0, to: 64, by: 8) { delta.append(UInt8(truncatingIfNeeded: digest >> UInt64(shift))) }
    }
    var block = DeltaBlock()
    return target.withSpan { (new) -> [UInt8]? in
      base.withSpan { (old) -> [UInt8]? in
        for begin in stride(from: 0, to: total, by: blockElements * width) {
          let bytes = begin..<min(begin + blockElements * width, total)
          unsafe new.extracting(bytes).withUnsafeBytes { new in
            unsafe old.extracting(bytes).withUnsafeBytes { old in
              switch manifest.elementType {
              case .float32: unsafe block.collect(UInt32.self, new: new, old: old)
              case .bfloat16: unsafe block.collect(UInt16.self, new: new, old: old)
              }
            }
          }
          block.write(to: &delta, valueWidth: 8 * width)
          guard delta.count < total else { return nil }
        }
        return delta
      }
    }
  }
}

/// The changed elements of one block, and the bits that encode them. Its memory serves one block after the other.
private struct DeltaBlock: ~Copyable {
  private var gaps = [UInt16](repeating: 0, count: WeightDelta.blockElements)
  private var values = [UInt32](repeating: 0, count: WeightDelta.blockElements)
  private var bits = [UInt8](repeating: 0, count: 12 * WeightDelta.blockElements + 8)
  private var count = 0

  /// Finds the elements that differ, eight bytes at a time.
  mutating func collect<Element: FixedWidthInteger & UnsignedInteger>(
    _: Element.Type, new: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer
  ) {
    let width = MemoryLayout<Element>.size
    var (found, next) = (0, 0)
    unsafe gaps.withUnsafeMutableBufferPointer { gaps in
      unsafe values.withUnsafeMutableBufferPointer { values in
        func note(_ index: Int, _ new: Element, _ old: Element) {
          let difference = new &- old
          let zigzag = (difference &<< 1) ^ (0 &- (difference &>> Element(Element.bitWidth - 1)))
          unsafe gaps[found] = UInt16(truncatingIfNeeded: index &- next)
          unsafe values[found] = UInt32(truncatingIfNeeded: zigzag &- 1)
          found &+= 1
          next = index &+ 1
        }
        let words = new.count / 8
        for word in 0..<words {
          let a = unsafe new.loadUnaligned(fromByteOffset: 8 &* word, as: UInt64.self)
          let b = unsafe old.loadUnaligned(fromByteOffset: 8 &* word, as: UInt64.self)
          var differing = a ^ b
          while differing != 0 {
            let lane = differing.trailingZeroBitCount / Element.bitWidth
            let shift = UInt64(truncatingIfNeeded: lane &* Element.bitWidth)
            note(
              word &* (8 / width) &+ lane, Element(truncatingIfNeeded: a &>> shift), Element(truncatingIfNeeded: b &>> shift))
            differing &= ~(UInt64(Element.max) &<< shift)
          }
        }
        for index in words * 8 / width..<new.count / width {
          let a = unsafe new.loadUnaligned(fromByteOffset: width * index, as: Element.self)
          let b = unsafe old.loadUnaligned(fromByteOffset: width * index, as: Element.self)
          if a != b { note(index, a, b) }
        }
      }
    }
    count = found
  }

  /// Appends the block.
  mutating func write(to delta: inout [UInt8], valueWidth: Int) {
    var rest = count
    while rest >= 0x80 {
      delta.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    delta.append(UInt8(rest))
    guard count > 0 else { return }
    let gapBits = Self.parameter(for: gaps.span.extracting(first: count), width: WeightDelta.gapWidth)
    let valueBits = Self.parameter(for: values.span.extracting(first: count), width: valueWidth)
    delta.append(UInt8(gapBits))
    delta.append(UInt8(valueBits))
    // The arrays are taken by value, so that writing the bits is no overlapping access to them.
    let (gaps, values, count) = (gaps, values, count)
    unsafe bits.withUnsafeMutableBytes { buffer in
      var writer = unsafe DeltaBitWriter(buffer)
      for index in 0..<count {
        unsafe writer.put(UInt64(gaps[index]), bits: gapBits, width: WeightDelta.gapWidth)
        unsafe writer.put(UInt64(values[index]), bits: valueBits, width: valueWidth)
      }
      unsafe delta.append(contentsOf: buffer[..<writer.byteCount])
    }
  }

  /// The parameter with which values take the fewest bits, estimated from their magnitudes; the lowest of several.
  ///
  /// A mean is no good estimate: one weight in ten thousand crosses zero, and its bit pattern moves far.
  private static func parameter<Value: FixedWidthInteger & UnsignedInteger>(for values: Span<Value>, width: Int) -> Int {
    var counts = [Int](repeating: 0, count: Value.bitWidth + 1)
    for index in values.indices { counts[Value.bitWidth - values[index].leadingZeroBitCount] += 1 }
    func halfBits(_ parameter: Int) -> Int {
      counts.enumerated().reduce(0) { sum, entry in
        // From 2^(length - 1) to 2^length - 1, on average one and a half times the former.
        let excess = entry.offset - parameter
        let quotient = excess <= 0 ? 0 : excess > 8 ? 2 * WeightDelta.escape : 3 << (excess - 1) - 1
        return sum + entry.element * (quotient < 2 * WeightDelta.escape ? quotient + 2 + 2 * parameter : 2 * (WeightDelta.escape + width))
      }
    }
    return (0..<width).min { halfBits($0) < halfBits($1) } ?? 0
  }
}

/// Packs codes of at most 56 bits, from the lowest bit of each byte on.
@unsafe private struct DeltaBitWriter {
  private let base: UnsafeMutableRawBufferPointer
  private var offset = 0
  private var held: UInt64 = 0
  private var heldBits = 0

  /// - Parameter base: Twelve bytes for every pair of codes, and eight more.
  init(_ base: UnsafeMutableRawBufferPointer) { unsafe self.base = base }

  /// How many bytes the codes take.
  var byteCount: Int { unsafe offset + (heldBits + 7) / 8 }

  @inline(__always)
  mutating func put(_ value: UInt64, bits: Int, width: Int) {
    let quotient = Int(truncatingIfNeeded: value &>> UInt64(truncatingIfNeeded: bits))
    if quotient < WeightDelta.escape {
      let low = (value & WeightDelta.mask(bits)) &<< 1 | 1
      unsafe append(low &<< UInt64(truncatingIfNeeded: quotient), quotient &+ 1 &+ bits)
    } else {
      unsafe append(value &<< UInt64(WeightDelta.escape), WeightDelta.escape &+ width)
    }
  }

  @inline(__always)
  private mutating func append(_ code: UInt64, _ length: Int) {
    unsafe held |= code &<< UInt64(truncatingIfNeeded: heldBits)
    unsafe base.storeBytes(of: held, toByteOffset: offset, as: UInt64.self)
    let filled = unsafe heldBits &+ length
    unsafe offset &+= filled &>> 3
    unsafe held = held &>> UInt64(truncatingIfNeeded: filled & ~7)
    unsafe heldBits = filled & 7
  }
}
