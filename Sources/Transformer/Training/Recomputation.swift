/// What the backward computes again in place of keeping it. The gradient has the same bits; less memory costs more arithmetic.
public enum Recomputation: String, Sendable, CaseIterable {
  /// Norms and activations only, which cost no product.
  case none
  /// The feed-forward's inner product too: about a seventh more arithmetic, a third of the memory.
  case feedForward = "feed-forward"
  /// Whole layers: about a quarter more arithmetic; only the stream between layers is kept.
  case layer
}
