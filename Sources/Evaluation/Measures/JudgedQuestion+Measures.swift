internal import EMPO
internal import Rollouts

extension JudgedQuestion {
  /// The share of right samples.
  public var meanAccuracy: Double {
    Double(samples.count(where: \.isCorrect)) / Double(samples.count)
  }

  /// How often the most frequent meaning of `count` samples is the right one: the mean over the consecutive blocks of `count` samples,
  /// one block when there are just as many. Samples beyond the last whole block are left out.
  ///
  /// Empty answers have no vote. Of equally frequent meanings the one that was sampled first wins; a block without an answer is wrong.
  public func majorityAccuracy(of count: Int) -> Double {
    precondition(count > 0 && count <= samples.count, "majority@\(count) needs at least that many samples")
    let blocks = samples.count / count
    let right = (0..<blocks).count { block in
      plurality(in: samples[block * count..<(block + 1) * count])?.isCorrect ?? false
    }
    return Double(right) / Double(blocks)
  }

  /// The first sample of the most frequent non-empty meaning; nil when every answer is empty.
  func plurality(in block: ArraySlice<Sample>) -> Sample? {
    var votes: [Int: Int] = [:]
    for sample in block where !sample.answer.text.isEmpty {
      votes[sample.cluster, default: 0] += 1
    }
    let most = votes.values.max()
    return block.first { !$0.answer.text.isEmpty && votes[$0.cluster] == most }
  }

  /// The place of the first sample of the most frequent non-empty meaning among all samples; nil when every answer is empty.
  var pluralityIndex: Int? {
    guard let plurality = plurality(in: samples[...]) else { return nil }
    return samples.firstIndex { $0.cluster == plurality.cluster && !$0.answer.text.isEmpty }
  }

  /// The chance that at least one of `count` samples is right: `1 - C(n-c, k) / C(n, k)` with c right ones of n, the unbiased
  /// estimator of Chen et al., "Evaluating Large Language Models Trained on Code" (2021).
  public func passRate(at count: Int) -> Double {
    precondition(count > 0 && count <= samples.count, "pass@\(count) needs at least that many samples")
    let wrong = samples.count { !$0.isCorrect }
    guard wrong >= count else { return 1 }
    // C(n-c, k) / C(n, k) = Π (n-c-i) / (n-i)
    return 1 - (0..<count).reduce(1.0) { $0 * Double(wrong - $1) / Double(samples.count - $1) }
  }

  /// `H = -Σ p(c) ln p(c)` over the meaning clusters of all samples, in nats.
  public var semanticEntropy: Double {
    var sizes: [Int: Int] = [:]
    for sample in samples { sizes[sample.cluster, default: 0] += 1 }
    // Sorted, so that the sum doesn't depend on a dictionary's order.
    return EMPO.semanticEntropy(ofClusterSizes: sizes.values.sorted())
  }

  /// The mean number of response tokens, of samples that were counted, as a run's are.
  public var meanLength: Double {
    samples.reduce(0) { $0 + Double($1.answer.tokenCount ?? 0) } / Double(samples.count)
  }

  /// The share of samples whose answer is boxed.
  public var boxedShare: Double {
    Double(samples.count(where: \.answer.isBoxed)) / Double(samples.count)
  }
}
