internal import CKernels

/// How products of bfloat16 weights are computed. Every processor computes either one with the same bits; it is a property of a run.
public enum Arithmetic: String, Sendable, CaseIterable {
  /// Activations and gradients stay float32 (`kernels/product.h`).
  case exact
  /// They are rounded to bfloat16, and multiplied with weights in pairs (`kernels/pairs.h`): twice as fast on AMD processors since Zen 4.
  case bfloat16 = "bf16"

  /// The faster one on this processor.
  public static var preferred: Arithmetic { KernelSet.name == "avx512bf16" ? .bfloat16 : .exact }
}

/// The instruction set whose kernels this process runs. All give the same bits.
public enum KernelSet {
  /// Its name: `avx512bf16`, `avx512`, `avx2`, `neon` or `baseline`.
  public static var name: String { unsafe String(cString: empo_kernel_set()) }

  /// The variable that chooses a smaller one than the processor has, for tests and comparisons.
  public static let variable = "EMPO_KERNELS"
}
