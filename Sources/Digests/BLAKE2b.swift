internal import CSodium
internal import Dispatch

/// BLAKE2b-256 (RFC 7693), by libsodium.
public enum BLAKE2b {
  /// The bytes of a digest.
  public static let digestBytes = 32

  /// The digest of bytes.
  public static func digest(of bytes: [UInt8]) -> [UInt8] { digest(of: bytes, 0..<bytes.count) }

  /// The digest of the digests of consecutive pieces of `pieceBytes`, of which the last may be shorter, one behind the other, and of `tail`
  /// behind them. The pieces are worked on by as many threads as there are processors.
  public static func digest(ofPieces bytes: [UInt8], of pieceBytes: Int, tail: [UInt8] = []) -> [UInt8] {
    precondition(pieceBytes > 0, "a piece has bytes")
    let count = (bytes.count + pieceBytes - 1) / pieceBytes
    var leaves = [UInt8](repeating: 0, count: count * digestBytes)
    unsafe leaves.withUnsafeMutableBufferPointer { leaves in
      // Each piece writes its own place.
      nonisolated(unsafe) let leaves = unsafe leaves
      DispatchQueue.concurrentPerform(iterations: count) { index in
        let digest = digest(of: bytes, index * pieceBytes..<min((index + 1) * pieceBytes, bytes.count))
        for (place, byte) in digest.enumerated() { unsafe leaves[index * digestBytes + place] = byte }
      }
    }
    return digest(of: leaves + tail)
  }

  private static func digest(of bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe [UInt8](unsafeUninitializedCapacity: digestBytes) { buffer, count in
        guard let to = buffer.baseAddress else { return }
        let from = unsafe bytes.baseAddress.map { unsafe $0 + range.lowerBound }
        _ = unsafe crypto_generichash(to, digestBytes, from, UInt64(range.count), nil, 0)
        count = digestBytes
      }
    }
  }
}
