/// The base weights of a run whose policy versions hold adapters alone. No update changes them, so that they travel once, and not at all to
/// a host that has them.
public struct BaseDescription: Sendable, Equatable {
  /// The policy version under which their chunks are asked for and come, all as one key frame. No run makes so many versions.
  public static let version: UInt32 = .max

  /// The bytes of a SHA-256.
  static let digestBytes = 32

  /// How their bytes divide into tensors and chunks.
  public var manifest: WeightManifest

  /// SHA-256 of their bytes in the manifest's order: 64 lowercase hexadecimal digits.
  public var sha256: String

  /// Creates a description.
  public init(manifest: WeightManifest, sha256: String) {
    self.manifest = manifest
    self.sha256 = sha256
  }
}
