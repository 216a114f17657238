import Synchronization
import Transformer

/// The weights that a run's adapters leave alone: read once, and shared by what trains and what checks.
final class FrozenBase: Sendable {
  private let weights = Mutex<ModelWeights?>(nil)

  /// The weights; `read` makes them the first time.
  func weights(_ read: () throws -> ModelWeights) throws -> ModelWeights {
    try weights.withLock { weights in
      if let weights { return weights }
      let found = try read()
      weights = found
      return found
    }
  }
}
