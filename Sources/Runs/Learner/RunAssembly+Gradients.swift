package import Cluster
import Foundation
import HuggingFace
import Rollouts
import Transformer
import Wire

extension RunAssembly {
  /// How the gradients of updates are spread over workers; nil where the learner computes them.
  ///
  /// Several updates a step follow each other, and with a KL term to the base of a model that is trained whole, only the learner has the base:
  /// neither is spread. Nor is what would not fit a message, nor where workers may compute otherwise than the learner: a part of theirs could be
  /// compared with nothing.
  package var gradientPlan: GradientPlan? {
    guard configuration.minibatches == 1, lora != nil || configuration.kl == 0, configuration.requireSameBits, isSpread else { return nil }
    let parts = configuration.gradientPartCount
    let groups = (configuration.questionsPerStep + parts - 1) / parts
    // A token and its log-probability, and as much again for what is around them.
    let bytes = groups * (4 * positions + 16 * configuration.groupSize * configuration.sampling.maximumNewTokens)
    guard bytes < Limits.learnerMessageBytes else { return nil }
    return GradientPlan(parts: UInt32(parts), totalBytes: UInt64(gradientBytes), learnerWork: configuration.learner.works)
  }

  /// Bytes of a part's gradient: a float32 for each parameter that is trained.
  package var gradientBytes: Int {
    4 * (lora.map { ParameterLayout(adaptersOf: base.configuration, $0).count } ?? base.configuration.parameterCount)
  }

  private var isSpread: Bool {
    switch configuration.gradients {
    case .learner: false
    case .workers: true
    case .automatic: configuration.gradientPartCount > 1 && !configuration.isOnOneHost
    }
  }
}

extension RunConfiguration {
  /// Whether workers reach the learner on its own host alone.
  package var isOnOneHost: Bool {
    guard case .endpoint(let endpoint) = learner.listen else { return true }
    return (try? Endpoint(endpoint))?.isLoopback ?? true
  }
}
