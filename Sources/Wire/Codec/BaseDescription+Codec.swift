import Digests

extension BaseDescription {
  /// Reads what a run says of its base weights; nil where it has none.
  static func read(from reader: inout MessagePackReader) throws(WireError) -> BaseDescription? {
    guard let extra = try reader.optionalRecord(fields: 2, "baseWeights") else { return nil }
    let manifest = try WeightManifest(from: &reader)
    let digest: [UInt8] = try reader.binary(limit: digestBytes, "sha256")
    guard digest.count == digestBytes else {
      throw WireError(.malformed, "sha256: \(digest.count) bytes, expected \(digestBytes)")
    }
    try reader.skip(extra, "baseWeights, trailing fields")
    return BaseDescription(manifest: manifest, sha256: hexadecimal(digest))
  }

  func write(to writer: inout MessagePackWriter) throws(WireError) {
    guard let digest = bytes(hexadecimal: sha256), digest.count == Self.digestBytes else {
      throw WireError(.limit, "sha256: \(sha256.debugDescription), expected \(2 * Self.digestBytes) lowercase hexadecimal digits")
    }
    writer.array(2)
    try manifest.write(to: &writer)
    try writer.binary(digest, limit: Self.digestBytes, "sha256")
  }
}

/// What hexadecimal digits stand for; nil for other characters, or half a byte.
private func bytes(hexadecimal text: String) -> [UInt8]? {
  let digits = text.utf8.compactMap { digit -> UInt8? in
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
  guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
