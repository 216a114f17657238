package import Tensors
package import Transformer

/// How a run computes products of bfloat16 weights.
public enum ArithmeticChoice: String, Sendable, CaseIterable {
  /// The faster one on the processor of the host on which the run begins.
  case automatic = "auto"
  /// In float32.
  case exact
  /// With activations and gradients rounded to bfloat16.
  case bfloat16 = "bf16"

  /// A choice that has been made.
  package init(_ arithmetic: Arithmetic) {
    self = arithmetic == .exact ? .exact : .bfloat16
  }

  /// What a policy that is stored as `type` is computed with. Products of float32 weights are always exact.
  package func resolved(storing type: WeightType) throws -> Arithmetic {
    switch (self, type) {
    case (.bfloat16, .float32):
      throw RunsError(
        .model, "arithmetic: found bf16 with a policy in float32, expected exact, or a policy in bfloat16 (dtype: bfloat16)")
    case (.bfloat16, .bfloat16): .bfloat16
    case (.automatic, .bfloat16): .preferred
    case (.exact, _), (.automatic, .float32): .exact
    }
  }
}
