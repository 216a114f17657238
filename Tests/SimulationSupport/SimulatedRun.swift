package import Cluster
package import EMPO
import TestSupport
package import Wire

/// What a run computes, in miniature: weights follow from the groups that were trained, groups from the task and the weights.
/// Whoever trains on anything but the right group in the right order ends at other weights.
package enum SimulatedRun {
  package static let seed: UInt64 = 7

  /// How many questions there are unless told otherwise.
  package static let questionCount = 11

  /// In which order so many questions are asked.
  package static func order(of count: Int) -> QuestionOrder {
    QuestionOrder(count: count) { epoch, draw in Float(SeededRandom.mix(UInt64(epoch) << 32 | UInt64(draw)) >> 40) * 0x1p-24 }
  }

  package static func content(of question: Int) -> TaskContent {
    TaskContent(questionID: "q\(question)", question: "?", promptTokens: [Int32(question), 1])
  }

  /// Two tensors in chunks so small that some deltas have several.
  package static let manifest = WeightManifest(
    parameters: [.init(name: "v", shape: [16], offset: 0), .init(name: "w", shape: [24], offset: 64)], totalBytes: 160, chunkBytes: 32)

  /// Version 0 of the weights.
  package static let base: [UInt8] = (0..<160).map { UInt8($0) }

  /// A token that ends a response; these never do, and are as long as a response may be.
  package static let endToken: Int32 = 99

  /// What a held-out question asks.
  package static func heldOutContent(of place: Int) -> TaskContent {
    TaskContent(questionID: "h\(place)", question: "?", promptTokens: [Int32(place), 2])
  }

  /// The group that any worker samples for a task.
  package static func group(_ item: WorkItem, question: Int, size: Int, weights: [UInt8]) -> ScoredGroup {
    var state = digest(
      weights, salt: UInt64(item.kind.rawValue) << 56 | UInt64(question) << 48 | UInt64(item.step) << 32 | UInt64(item.slot))
    let responses = (0..<size).map { sample in
      state = SeededRandom.mix(state)
      let tokens = (0..<3).map { Int32((state >> (8 * $0)) % 99) }
      let logProbabilities = (0..<3).map { -Float((state >> (8 * $0 + 24)) % 64) / 8 }
      return ScoredResponse(
        tokens: tokens, tokenLogProbabilities: logProbabilities, isTruncated: true, answer: "", cluster: sample, reward: 0)
    }
    let group = ScoredGroup(responses: responses, semanticEntropy: 0, isKept: false)
    return item.kind == .sample ? score(group) : group
  }

  /// The group of a step's slot, of two responses.
  package static func group(step: UInt32, slot: UInt32, question: Int = 0, weights: [UInt8]) -> ScoredGroup {
    group(WorkItem(step: step, slot: slot), question: question, size: 2, weights: weights)
  }

  /// The scores that a group's tokens have. Of four groups three are unanimous.
  package static func score(_ group: ScoredGroup) -> ScoredGroup {
    var scored = group
    let state = group.responses.reduce(UInt64(5)) { state, response in
      response.tokens.reduce(SeededRandom.mix(state)) { SeededRandom.mix($0 ^ UInt64(bitPattern: Int64($1))) }
    }
    for sample in scored.responses.indices {
      scored.responses[sample].answer = "\(group.responses[sample].tokens.last ?? 0)"
      scored.responses[sample].cluster = state % 4 > 0 ? 0 : sample
      scored.responses[sample].reward = Double(SeededRandom.mix(state ^ UInt64(sample)) % 8)
    }
    scored.semanticEntropy = Double(state % 3)
    scored.isKept = state % 4 == 0
    return scored
  }

  /// What sampling gives where it follows responses: the same as far as they are what the seed gives.
  package static func follow(_ given: [[Int32]], _ item: WorkItem, question: Int, weights: [UInt8]) -> ScoredGroup {
    var group = group(item.checked, question: question, size: given.count, weights: weights)
    for (sample, tokens) in given.enumerated() {
      let own = group.responses[sample].tokens
      let length = zip(own, tokens).prefix { $0 == $1 }.count
      guard length < own.count else { continue }
      group.responses[sample].tokens = Array(own.prefix(length + 1))
      group.responses[sample].tokenLogProbabilities = Array(group.responses[sample].tokenLogProbabilities.prefix(length + 1))
    }
    return item.kind.checked == .sample ? score(group) : group
  }

  /// The weights after an update, which depend on the order of the groups: all elements are others, or a few, or none.
  package static func update(_ weights: [UInt8], groups: [ScoredGroup]) -> [UInt8] {
    var state = digest(weights, salt: 1)
    for group in groups {
      for response in group.responses {
        for token in response.tokens { state = SeededRandom.mix(state ^ UInt64(token)) }
        state = SeededRandom.mix(state ^ response.reward.bitPattern)
      }
    }
    var updated = weights
    let changed = state % 8
    for element in 0..<(changed == 7 ? weights.count / 4 : Int(2 * changed)) {
      state = SeededRandom.mix(state)
      let offset = 4 * (changed == 7 ? element : Int(state >> 32) % (weights.count / 4))
      for byte in 0..<4 { updated[offset + byte] = UInt8(truncatingIfNeeded: state >> (8 * byte)) }
    }
    return updated
  }

  // MARK: Gradients

  /// The parts of an update on groups that answer questions.
  package static func parts(_ groups: [ScoredGroup], questions: [Int], count: UInt32) -> [GradientPart] {
    let prompted = zip(groups, questions).map { PromptedGroup(promptTokens: [Int32($1), 1], group: $0) }
    return UpdatePlan(prompted, objective: ObjectiveOptions(), minibatches: 1, parts: Int(count)).batches.first ?? []
  }

  /// A part's gradient, as anybody computes it: one word for each of the weights.
  package static func gradient(of part: GradientPart, weights: [UInt8]) -> ComputedGradient {
    var state = digest(weights, salt: 2)
    for group in part.groups {
      for response in group.responses {
        for token in response.tokens { state = SeededRandom.mix(state ^ UInt64(token)) }
        state = SeededRandom.mix(state ^ response.advantage.bitPattern ^ UInt64(group.slot))
      }
    }
    var bytes: [UInt8] = []
    for word in 0..<weights.count / 4 { bytes += words(SeededRandom.mix(state ^ UInt64(word))) }
    var statistics = GradientStatistics()
    statistics.processedTokens = part.groups.count
    return ComputedGradient(bytes: bytes, statistics: statistics)
  }

  /// The sum of two gradients, in which it matters which comes first, and what was added before.
  package static func sum(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    var sum: [UInt8] = []
    for offset in stride(from: 0, to: first.count, by: 4) {
      sum += words(SeededRandom.mix(31 &* word(of: first, at: offset) &+ word(of: second, at: offset)))
    }
    return sum
  }

  /// The weights after an update by a sum of gradients; nil where every part was empty.
  package static func update(_ weights: [UInt8], gradient: [UInt8]?) -> [UInt8] {
    guard let gradient else { return weights }
    var updated = weights
    // Most elements stay as they are, so that deltas are short.
    for offset in stride(from: 0, to: weights.count, by: 4) where gradient[offset] < 64 {
      for byte in 0..<4 { updated[offset + byte] = gradient[offset + byte] ^ weights[offset] }
    }
    return updated
  }

  /// The weights after an update in parts that nothing disturbs.
  static func update(_ weights: [UInt8], groups: [ScoredGroup], questions: [Int], parts count: UInt32) -> [UInt8] {
    var tree = PartTree<[UInt8]>(count: Int(count))
    let parts = parts(groups, questions: questions, count: count)
    if parts.isEmpty { return weights }
    for (index, part) in parts.enumerated() {
      tree.insert(part.isEmpty ? nil : gradient(of: part, weights: weights).bytes, at: index, add: sum)
    }
    return update(weights, gradient: tree.total)
  }

  private static func words(_ state: UInt64) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: state >> (8 * $0)) } }

  private static func word(of bytes: [UInt8], at offset: Int) -> UInt64 {
    (0..<4).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * $1) }
  }

  /// Every version of an undisturbed run.
  package static func versions(_ plan: LearnerPlan) -> [[UInt8]] { UndisturbedRun(plan, order: order(of: questionCount)).versions }

  /// What every slot of every step asks in an undisturbed run.
  package static func questions(_ plan: LearnerPlan) -> [[Int]] { UndisturbedRun(plan, order: order(of: questionCount)).questions }

  package static func digest(_ bytes: [UInt8], salt: UInt64) -> UInt64 {
    bytes.reduce(SeededRandom.mix(salt)) { SeededRandom.mix($0 ^ UInt64($1)) }
  }
}
