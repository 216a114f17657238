internal import Transformer

/// Opinions on pairs, from memory or from the model. Not thread-safe.
struct Verifier: ~Copyable {
  let reader: VerifierReader
  let pass: VerifierPass
  var cache: OpinionCache

  /// The most prompts whose tokens exist at a time.
  private static let batch = 256

  /// ln p(yes) − ln p(no) of each pair.
  mutating func logOdds(_ pairs: [(reference: String, answer: String)], question: String) throws(RolloutsError) -> [Float] {
    let question = reader.question(question)
    let keys = pairs.map { pair in
      OpinionCache.Key(question: question, reference: reader.answer(pair.reference), answer: reader.answer(pair.answer))
    }
    var odds: [OpinionCache.Key: Float] = [:]
    var unknown: [OpinionCache.Key] = []
    for key in keys where odds[key] == nil {
      let known = cache[key]
      odds[key] = known ?? .nan
      if known == nil { unknown.append(key) }
    }
    for start in stride(from: 0, to: unknown.count, by: Self.batch) {
      let batch = unknown[start..<min(start + Self.batch, unknown.count)]
      let opinions = pass.logOdds(batch.map { reader.tokens(question: $0.question, reference: $0.reference, answer: $0.answer) })
      for (key, opinion) in zip(batch, opinions) {
        guard !opinion.isNaN else {
          throw RolloutsError(
            .model, "the verifier's logits are not finite: its weights are too large to compute with; take another checkpoint of the model")
        }
        odds[key] = opinion
        cache.insert(opinion, for: key)
      }
    }
    return keys.map { odds[$0] ?? .nan }
  }
}
