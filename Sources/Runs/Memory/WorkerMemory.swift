import Files
import HuggingFace
import Rollouts
package import Transformer

/// How a worker keeps within a cap of its memory: by sampling fewer sequences at once. Its results do not depend on their number.
package struct WorkerMemory {
  private let estimate: MemoryEstimate
  private let length: Int
  private let judge: Double
  private let gradients: (rows: Int, recomputing: Recomputation)?

  /// Creates a plan for a run.
  ///
  /// - Parameters:
  ///   - length: Tokens of the longest prompt with its response.
  ///   - judge: Bytes of the judge's model; 0 where it has none.
  ///   - gradients: The passes that compute gradients; nil where the worker computes none.
  package init(_ estimate: MemoryEstimate, length: Int, judge: Int, gradients: (rows: Int, recomputing: Recomputation)? = nil) {
    self.estimate = estimate
    self.length = length
    self.judge = Double(judge)
    self.gradients = gradients
  }

  /// About what a worker takes, in bytes.
  package func bytes(sequences: Int) -> Double {
    judge + estimate.worker(sequences: sequences, length: length, gradients: gradients)
  }

  /// Bytes of the files that a worker maps: the base of adapters.
  package var mappedBytes: Double { estimate.lora == nil ? 0 : estimate.weights }

  /// The most sequences, at most `wanted`, that a worker samples at once within the cap.
  ///
  /// - Throws: An error that names the least cap where not even one sequence fits.
  package func sequences(within cap: MemoryCap, atMost wanted: Int) throws -> Int {
    guard let bytes = cap.bytes else { return wanted }
    let room = Double(bytes)
    guard self.bytes(sequences: 1) <= room else { throw RunsError(.configuration, shortage(cap)) }
    // Memory grows with the sequences, so that the bound is found by halving.
    var (fits, exceeds) = (1, wanted + 1)
    while exceeds - fits > 1 {
      let middle = fits + (exceeds - fits) / 2
      if self.bytes(sequences: middle) <= room { fits = middle } else { exceeds = middle }
    }
    return fits
  }

  private func shortage(_ cap: MemoryCap) -> String {
    // Rounded up to what may be given as the cap.
    let least = (bytes(sequences: 1) / 1e6).rounded(.up)
    let needed = least < 1e9 ? "\(ByteSize(bytes: 1_000_000 * Int(least)))" : "more than a host has"
    return "worker.memory: found \(cap), expected at least \(needed) for the weights and one sequence of \(counted(length, "token")): "
      + "raise it (--worker-memory of empo train, --memory of empo worker), or shorten sampling.max_new_tokens"
  }
}

extension RunAssembly {
  /// The memory of a worker of the run.
  package func workerMemory() throws -> WorkerMemory {
    WorkerMemory(
      MemoryEstimate(of: self), length: bounds.maximumLength,
      judge: try configuration.judge.folder.map(JudgeIdentity.weightBytes) ?? 0,
      gradients: gradientPlan == nil ? nil : configuration.gradientPass(length: positions))
  }

  /// The sequences that a worker of the run samples at once. Throws where its cap leaves no room for one.
  package func workerSequences() throws -> Int {
    try workerMemory().sequences(within: configuration.worker.memory, atMost: configuration.worker.maximumSequences)
  }
}
