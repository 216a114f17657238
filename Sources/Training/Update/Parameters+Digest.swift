internal import Digests
internal import Tensors
internal import Transformer

extension Parameters {
  /// SHA-256 over all values as bytes, in hexadecimal digits.
  package func sha256() -> String {
    storage.withBytes(0..<storage.count) { bytes in
      var digest = SHA256()
      digest.update(bytes)
      return digest.hexadecimalDigest()
    }
  }
}
