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
