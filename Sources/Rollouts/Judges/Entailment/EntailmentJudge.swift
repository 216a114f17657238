public import Meaning
internal import Synchronization
public import Tensors
public import Transformer

/// Takes answers for the same iff each entails the other, as a classifier of premise and hypothesis sees it.
///
/// The question and a space stand in front of both answers, as in the semantic entropy of Farquhar et al. (Nature 630, 2024,
/// https://doi.org/10.1038/s41586-024-07421-0), whose strict rule this is: both times the greatest logit must be that of entailment, alone.
/// Texts that are identical apart from white space at their ends are the same without being asked; an empty one agrees with nobody, and
/// neither does an answer that the classifier cannot tell from another one only because it does not read so far.
///
/// Agreement is reflexive and symmetric, but not transitive, so the clusters depend on the rule that draws them. Opinions are remembered.
/// They are a function of the model and the three texts. The model reads the answers, so an answer can try to persuade it, and a special
/// token that is spelt out in an answer is read as one. Callable from any thread; callers wait for one another while the model computes.
public final class EntailmentJudge: AnswerJudge {
  /// How opinions become clusters.
  public struct Options: Sendable, Equatable {
    /// How clusters are drawn from pairs.
    public var rule: ClusterRule

    /// The most bytes of remembered opinions.
    public var cacheBytes: Int

    /// Creates options.
    public init(rule: ClusterRule = .components, cacheBytes: Int = 64 << 20) {
      self.rule = rule
      self.cacheBytes = cacheBytes
    }
  }

  /// How opinions become clusters.
  public let options: Options

  /// Whether the second text of each pair follows from the first, with a question in front of both.
  private let entails: @Sendable ([EntailmentClassifier.Pair], String) throws -> [Bool]

  /// Opinions by question, premise (the reference) and hypothesis (the answer).
  private let cache: Mutex<GenerationalCache<OpinionCache.Key, Bool>>

  /// A judge with a classifier that may be shared.
  public convenience init(_ classifier: EntailmentClassifier, options: Options = Options()) {
    self.init(options: options) { pairs, question in
      try classifier.opinions(on: pairs, context: question).map(\.isEntailment)
    }
  }

  /// A judge with the classifier of a model folder; see ``Transformer/EntailmentClassifier/init(folder:lanes:)``.
  public convenience init(folder: String, options: Options = Options(), lanes: Lanes = Lanes(count: 1)) throws {
    self.init(try EntailmentClassifier(folder: folder, lanes: lanes), options: options)
  }

  /// A judge that asks a function of pairs and the question, which has no white space at its ends.
  package init(options: Options, entails: @escaping @Sendable ([EntailmentClassifier.Pair], String) throws -> [Bool]) {
    self.options = options
    self.entails = entails
    cache = Mutex(GenerationalCache(bytes: options.cacheBytes))
  }

  /// Clusters answers by the options' rule; a round of pairs is one batch of the model in each direction.
  ///
  /// Each pair of distinct answers is asked about at most twice, and only once where the first does not entail the second: at most n(n−1)
  /// passes of the model in all.
  public func clusters(of answers: [String], question: String) throws -> [Int] {
    try DistinctAnswers(answers).clusters(by: options.rule) { pairs in try agreements(pairs, question: question) }
  }

  /// The model's verdict; the basis is `nli` unless the answers are identical, or one of them is empty.
  public func verdict(on first: String, and second: String, question: String) throws -> Verdict {
    try DistinctAnswers.verdict(on: first, and: second, basis: .nli) { try agreements([($0, $1)], question: question)[0] }
  }

  private func agreements(_ pairs: [(String, String)], question: String) throws -> [Bool] {
    let question = question.trimmedEnds
    var agree = try opinions(pairs.map { .init(premise: $0.0, hypothesis: $0.1) }, question: question)
    let open = agree.indices.filter { agree[$0] }
    let back = try opinions(open.map { .init(premise: pairs[$0].1, hypothesis: pairs[$0].0) }, question: question)
    for (index, isEntailed) in zip(open, back) { agree[index] = isEntailed }
    return agree
  }

  /// Opinions from memory or from the model; each unknown pair is computed once.
  private func opinions(_ pairs: [EntailmentClassifier.Pair], question: String) throws -> [Bool] {
    let keys = pairs.map { OpinionCache.Key(question: question, reference: $0.premise, answer: $0.hypothesis) }
    var found: [OpinionCache.Key: Bool] = [:]
    var unknown: [(key: OpinionCache.Key, pair: EntailmentClassifier.Pair)] = []
    cache.withLock { cache in
      for (key, pair) in zip(keys, pairs) where found[key] == nil {
        let known = cache[key]
        found[key] = known ?? false
        if known == nil { unknown.append((key, pair)) }
      }
    }
    // Two threads may ask the same: they get the same bits.
    let opinions = unknown.isEmpty ? [] : try entails(unknown.map(\.pair), question)
    precondition(opinions.count == unknown.count, "\(opinions.count) opinions on \(unknown.count) pairs")
    cache.withLock { cache in
      for (item, opinion) in zip(unknown, opinions) {
        found[item.key] = opinion
        cache.insert(opinion, for: item.key, bytes: item.key.bytes)
      }
    }
    return keys.map { found[$0] ?? false }
  }
}
