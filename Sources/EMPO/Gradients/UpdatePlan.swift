/// How the gradients of a step divide into pieces of work.
///
/// The k groups that are kept are cut, in slot order, into batches of ⌈k / minibatches⌉, of which the last may be smaller; each is one update
/// of the optimiser. The m groups of a batch are cut into `parts` parts, of which part i has those from ⌊m i / parts⌋ to ⌊m (i + 1) / parts⌋;
/// with fewer groups than parts some are empty. A batch's gradient is the sum of its parts over a ``PartTree``.
public struct UpdatePlan: Sendable, Equatable {
  /// The parts of each batch, as many for each.
  public let batches: [[GradientPart]]

  /// Plans the update on a step's groups, which stand in slot order. A batch without a response that counts is left out.
  public init(_ groups: [PromptedGroup], objective: ObjectiveOptions, minibatches: Int, parts: Int) {
    precondition(minibatches > 0 && parts > 0, "a step has updates, and an update has parts")
    let kept = groups.enumerated().filter { $0.element.group.teaches(objective) }
    let size = max(1, (kept.count + minibatches - 1) / minibatches)
    batches = stride(from: 0, to: kept.count, by: size).compactMap { first in
      let batch = kept[first..<min(first + size, kept.count)]
      let lengths = batch.flatMap { $0.element.group.responses.filter { !objective.masks($0) }.map(\.tokens.count) }
      guard !lengths.isEmpty else { return nil }
      let normalizer = BatchNormalizer(options: objective, tokenCounts: lengths)
      return (0..<parts).map { part in
        let range = first + batch.count * part / parts..<first + batch.count * (part + 1) / parts
        return GradientPart(
          responseCount: normalizer.responseCount, tokenCount: normalizer.tokenCount,
          groups: kept[range].compactMap { GradientGroup($0.element, slot: $0.offset, objective: objective) })
      }
    }
  }
}

extension GradientGroup {
  /// The responses of a group that pull: those with an advantage, and where there is a KL term all that are not masked. Nil where there are none.
  init?(_ group: PromptedGroup, slot: Int, objective: ObjectiveOptions) {
    let responses = group.group.responses
    let advantages = objective.advantage.advantages(of: responses.map(\.reward))
    self.init(
      slot: slot, promptTokens: group.promptTokens,
      responses: responses.indices.compactMap { sample in
        let response = responses[sample]
        guard !objective.masks(response), advantages[sample] != 0 || objective.klWeight > 0 else { return nil }
        return GradientResponse(
          sample: sample, tokens: response.tokens, samplingLogProbabilities: response.tokenLogProbabilities, advantage: advantages[sample])
      })
    if self.responses.isEmpty { return nil }
  }
}
