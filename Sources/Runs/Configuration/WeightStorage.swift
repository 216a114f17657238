/// How weights are stored while they are used.
public enum WeightStorage: String, Sendable, CaseIterable {
  /// As the checkpoint's tensors are stored.
  case automatic = "auto"
  /// IEEE 754 binary32.
  case float32
  /// The upper half of a binary32.
  case bfloat16
}
