import CXXHash

/// XXH3-64 with seed 0, by xxHash: notices damage on the way, at memory speed. It keeps nobody from forging; that is what keys
/// and SHA-256 are for.
public func xxh3(_ bytes: [UInt8]) -> UInt64 {
  unsafe xxh3(bytes.span.bytes)
}

/// XXH3-64 with seed 0, by xxHash.
public func xxh3(_ bytes: RawSpan) -> UInt64 {
  unsafe bytes.withUnsafeBytes { buffer in unsafe XXH3_64bits(buffer.baseAddress, buffer.count) }
}

/// XXH3-128 with seed 0, by xxHash: for damage, where 64 bits are few.
public func xxh3Wide(_ bytes: [UInt8]) -> (low: UInt64, high: UInt64) {
  unsafe bytes.span.bytes.withUnsafeBytes { buffer in
    let hash = unsafe XXH3_128bits(buffer.baseAddress, buffer.count)
    return (hash.low64, hash.high64)
  }
}
