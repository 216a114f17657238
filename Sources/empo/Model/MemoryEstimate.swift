import HuggingFace
import Training

/// About how much memory the processes of a run take, from the sizes of what they allocate.
struct MemoryEstimate: CustomStringConvertible {
  /// Bytes of the learner.
  let learner: Int
  /// Bytes of one worker.
  let worker: Int
  private let workers: Int
  private let parameters: Int

  /// Estimates a run.
  init(_ assembly: RunAssembly) {
    let configuration = assembly.configuration
    let model = assembly.base.configuration
    let float = 4
    parameters = model.parameterCount
    workers = configuration.workers

    // Weights, gradients and two moments; versions that are handed out, and one more while it is copied; the base model.
    let copies = 4 + configuration.lag + 2 + (configuration.kl > 0 ? 1 : 0)
    let attention = (model.heads + 2 * model.keyValueHeads) * model.headWidth
    let perRow = model.layers * (6 * model.width + 2 * attention + 4 * model.feedForwardWidth) + 2 * model.vocabularySize
    let rows = max(configuration.microBatchTokens, assembly.positions)
    learner = float * (copies * parameters + 2 * rows * perRow)

    // The loaded version and two that are received; keys and values of all sequences at full length, prompts held once more.
    let cacheRows = 2 * configuration.worker.maximumSequences * assembly.bounds.maximumLength
    let cache = cacheRows * 2 * model.layers * model.keyValueHeads * model.headWidth
    worker = float * (3 * parameters + cache + configuration.worker.maximumSequences * model.vocabularySize)
  }

  /// Comment lines that may follow a configuration.
  var description: String {
    """

    # \(parameters) parameters; in memory about \(Self.megabytes(learner)) for the learner and \(Self.megabytes(worker)) for each worker:
    # \(Self.megabytes(learner + workers * worker)) on this host.

    """
  }

  private static func megabytes(_ bytes: Int) -> String {
    "\(max(1, (bytes + 500_000) / 1_000_000)) MB"
  }
}
