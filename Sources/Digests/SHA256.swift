internal import CSodium
public import Files
internal import Glibc

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece, by libsodium.
public struct SHA256: Sendable {
  private var state = crypto_hash_sha256_state()

  /// Creates the digest of nothing.
  public init() {
    _ = unsafe crypto_hash_sha256_init(&state)
  }

  /// Adds bytes.
  public mutating func update(_ bytes: [UInt8]) {
    unsafe update(bytes.span.bytes)
  }

  /// Adds bytes.
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe crypto_hash_sha256_update(&state, buffer.baseAddress, UInt64(buffer.count))
    }
  }

  /// The digest of everything added so far, as 64 lowercase hexadecimal digits. More may be added afterwards.
  public func hexadecimalDigest() -> String {
    var copy = state
    let digest = unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      _ = unsafe crypto_hash_sha256_final(&copy, base)
      count = 32
    }
    return hexadecimal(digest)
  }

  /// The digest of bytes, as 64 lowercase hexadecimal digits.
  public static func hexadecimalDigest(of bytes: [UInt8]) -> String {
    unsafe hexadecimalDigest(of: bytes.span.bytes)
  }

  /// The digest of bytes, as 64 lowercase hexadecimal digits.
  public static func hexadecimalDigest(of bytes: RawSpan) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return digest.hexadecimalDigest()
  }

  /// The digest of a file, as 64 lowercase hexadecimal digits. Reads a mebibyte at a time.
  ///
  /// - Throws: a ``FileError`` with the path and the system's reason.
  public static func hexadecimalDigest(ofFile path: String) throws(FileError) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError(.unreadable, "cannot open \(path): \(FailureReason.words(forNumber: errno, at: path, isReading: true))")
    }
    defer { _ = close(descriptor) }
    var digest = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in unsafe read(descriptor, bytes.baseAddress, bytes.count) }
      if count == 0 { return digest.hexadecimalDigest() }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(.unreadable, "cannot read \(path): \(FailureReason.words(forNumber: errno, at: path, isReading: true))")
      }
      unsafe digest.update(buffer.span.extracting(first: count).bytes)
    }
  }
}

/// Bytes as lowercase hexadecimal digits.
package func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits: [UInt8] = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(2 * bytes.count)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 0xf)])
  }
  return String(decoding: text, as: UTF8.self)
}
