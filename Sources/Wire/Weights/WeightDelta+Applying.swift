import Digests

extension WeightDelta {
  /// Makes a version of another one and their delta, and compares every tensor with its digest.
  ///
  /// Takes no memory beyond the version's, regardless of the delta's claims.
  ///
  /// - Parameters:
  ///   - base: All bytes of the version that the delta was made against. Changed in place where nobody else holds them and there is
  ///     nothing to reuse.
  ///   - reusing: The bytes of a version that is no longer needed; their memory is taken over.
  /// - Throws: ``WireError/Code/malformed`` where the delta is damaged, or the base is not the one that it was made against.
  public static func apply(
    _ delta: WeightBytes, to base: consuming [UInt8], manifest: WeightManifest, reusing: consuming [UInt8] = []
  ) throws(WireError) -> [UInt8] {
    let total = Int(manifest.totalBytes)
    let width = manifest.elementType.bytes
    guard base.count == total, total.isMultiple(of: width) else {
      throw WireError(.malformed, "a delta of \(total) bytes of \(manifest.elementType.rawValue) against \(base.count) bytes")
    }
    let tensors = manifest.tensorRanges
    guard delta.count >= 8 * tensors.count else {
      throw WireError(.malformed, "a delta of \(delta.count) bytes, expected a digest for each of \(tensors.count) tensors")
    }
    var result: [UInt8]
    if reusing.count == total {
      result = consume reusing
      unsafe result.withUnsafeMutableBytes { target in unsafe base.withUnsafeBytes { unsafe target.copyMemory(from: $0) } }
    } else {
      result = consume base
    }
    var target = result.mutableSpan
    try unsafe target.withUnsafeMutableBytes { (weights) throws(WireError) in
      try delta.withSpan { (span) throws(WireError) in
        try unsafe span.withUnsafeBytes { (bytes) throws(WireError) in
          var reader = unsafe DeltaReader(bytes, offset: 8 * tensors.count)
          switch manifest.elementType {
          case .float32: try unsafe reader.apply(UInt32.self, to: weights)
          case .bfloat16: try unsafe reader.apply(UInt16.self, to: weights)
          }
        }
      }
    }
    for (index, range) in tensors.enumerated() {
      let expected = UInt64(littleEndian: delta.withSpan { unsafe $0.unsafeLoadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) })
      guard unsafe xxh3(result.span.extracting(range).bytes) == expected else {
        throw WireError(
          .malformed, "tensor \(manifest.name(ofTensorAt: range.lowerBound)) does not match its digest after the delta: another base?")
      }
    }
    return result
  }
}

/// Reads blocks, and changes the weights accordingly.
@unsafe private struct DeltaReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset: Int

  init(_ bytes: UnsafeRawBufferPointer, offset: Int) {
    unsafe self.bytes = bytes
    unsafe self.offset = offset
  }

  mutating func apply<Element: FixedWidthInteger & UnsignedInteger>(
    _: Element.Type, to weights: UnsafeMutableRawBufferPointer
  ) throws(WireError) {
    let elements = weights.count / MemoryLayout<Element>.size
    for begin in stride(from: 0, to: elements, by: WeightDelta.blockElements) {
      let block = begin..<min(begin + WeightDelta.blockElements, elements)
      let changed = try unsafe changedCount(of: block.count)
      guard changed > 0 else { continue }
      guard unsafe bytes.count - offset >= 2 else { throw unsafe truncated() }
      let (gapBits, valueBits) = unsafe (Int(bytes[offset]), Int(bytes[offset + 1]))
      guard gapBits < WeightDelta.gapWidth, valueBits < Element.bitWidth else {
        throw unsafe WireError(
          .malformed,
          "a delta's block at byte \(offset) has codes of \(gapBits) and \(valueBits) bits, expected less than \(WeightDelta.gapWidth) and \(Element.bitWidth)"
        )
      }
      unsafe offset += 2
      var bit = unsafe 8 * offset
      var index = block.lowerBound
      for _ in 0..<changed {
        let gap = unsafe code(at: &bit, bits: gapBits, width: WeightDelta.gapWidth)
        let value = unsafe code(at: &bit, bits: valueBits, width: Element.bitWidth)
        index &+= Int(truncatingIfNeeded: gap)
        guard index < block.upperBound, value < UInt64(Element.max) else {
          throw unsafe WireError(
            .malformed, "a delta's block at byte \(offset - 2) names element \(index) of \(block) or a change that is none")
        }
        let zigzag = Element(truncatingIfNeeded: value) &+ 1
        let difference = (zigzag &>> 1) ^ (0 &- (zigzag & 1))
        let place = index &* MemoryLayout<Element>.size
        let old = unsafe weights.loadUnaligned(fromByteOffset: place, as: Element.self)
        unsafe weights.storeBytes(of: old &+ difference, toByteOffset: place, as: Element.self)
        index &+= 1
      }
      unsafe offset = (bit + 7) / 8
      // Zeros follow the end in this reader, and a code may have read them as its own.
      guard unsafe offset <= bytes.count else { throw unsafe truncated() }
    }
    guard unsafe offset == bytes.count else {
      throw unsafe WireError(.malformed, "\(bytes.count - offset) bytes follow the last block of a delta")
    }
  }

  private func truncated() -> WireError {
    unsafe WireError(.malformed, "a delta ends after \(bytes.count) bytes within a block")
  }

  /// How many elements of a block changed: LEB128, at most three bytes.
  private mutating func changedCount(of elements: Int) throws(WireError) -> Int {
    var count = 0
    for shift in stride(from: 0, to: 21, by: 7) {
      guard unsafe offset < bytes.count else { throw unsafe truncated() }
      let byte = unsafe bytes[offset]
      unsafe offset += 1
      count |= Int(byte & 0x7f) << shift
      if byte < 0x80 { break }
    }
    guard count <= elements else {
      throw unsafe WireError(.malformed, "a delta's block before byte \(offset) changes \(count) of \(elements) elements")
    }
    return count
  }

  /// Reads a code of at most 56 bits.
  @inline(__always)
  private func code(at bit: inout Int, bits: Int, width: Int) -> UInt64 {
    let window = unsafe word(at: bit &>> 3) &>> UInt64(truncatingIfNeeded: bit & 7)
    let quotient = window.trailingZeroBitCount
    guard quotient < WeightDelta.escape else {
      bit &+= WeightDelta.escape &+ width
      return window &>> UInt64(WeightDelta.escape) & WeightDelta.mask(width)
    }
    bit &+= quotient &+ 1 &+ bits
    let low = window &>> UInt64(truncatingIfNeeded: quotient &+ 1) & WeightDelta.mask(bits)
    return UInt64(truncatingIfNeeded: quotient) &<< UInt64(truncatingIfNeeded: bits) | low
  }

  /// Eight bytes; zeros behind the end.
  @inline(__always)
  private func word(at offset: Int) -> UInt64 {
    if unsafe offset &+ 8 <= bytes.count { return unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    return unsafe lastWord(at: offset)
  }

  @inline(never)
  private func lastWord(at offset: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in offset..<max(offset, unsafe bytes.count) { unsafe word |= UInt64(bytes[index]) << UInt64(8 * (index - offset)) }
    return word
  }
}
