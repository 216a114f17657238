import Transformer

extension RunAssembly {
  /// How the run's policy is stored.
  var weightType: WeightType { .float32 }
}
