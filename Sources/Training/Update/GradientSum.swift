internal import EMPO
internal import Tensors
internal import Transformer

/// The gradient of an optimiser batch, summed over its parts in the order of a ``PartTree``. Holds as many buffers as the order in which parts
/// come takes, and keeps them for the next batch.
final class GradientSum {
  private let parameters: Parameters
  private let lanes: Lanes
  private var idle: [Gradients] = []
  private var tree = PartTree<Gradients>(count: 1)
  private var found = PartTree<GradientStatistics>(count: 1)

  /// A sum of gradients by parameters.
  init(of parameters: Parameters, lanes: Lanes) {
    self.parameters = parameters
    self.lanes = lanes
    idle = [Gradients(of: parameters)]
  }

  /// Begins the sum of a batch of `parts` parts.
  func begin(parts: Int) {
    idle += tree.values
    tree = PartTree(count: parts)
    found = PartTree(count: parts)
  }

  /// A buffer for one part, whatever it holds.
  func buffer() -> Gradients { idle.popLast() ?? Gradients(of: parameters) }

  /// Takes a buffer back that came to nothing.
  func release(_ buffer: Gradients) { idle.append(buffer) }

  /// Adds a part, once; nil for an empty one.
  func insert(_ part: (gradients: Gradients, statistics: GradientStatistics)?, at index: Int) {
    tree.insert(part?.gradients, at: index) { first, second in
      ParameterLoops.add(second.values.storage, to: first.values.storage, lanes: lanes)
      idle.append(second)
      return first
    }
    found.insert(part?.statistics, at: index) { $0 + $1 }
  }

  /// The sum, once every part is in: zeros where all of them are empty. It is valid until the next batch begins.
  func total() -> (gradients: Gradients, statistics: GradientStatistics) {
    if let gradients = tree.total, let statistics = found.total { return (gradients, statistics) }
    let zeros = buffer()
    zeros.begin()
    zeros.finish()
    idle.append(zeros)
    return (zeros, GradientStatistics())
  }
}
