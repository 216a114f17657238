public import Foundation
public import Meaning
public import Tensors
public import Transformer

/// Takes answers for the same iff their sentence embeddings point the same way: the cosine between them reaches a threshold.
///
/// It needs no prompt and no decoding, but it measures the topics of texts: answers that differ by a number or by a "not" are close.
/// Agreement is reflexive and symmetric, but not transitive, so the clusters depend on the rule that draws them. An answer of white space
/// alone agrees with nobody. A special token that is spelt out in an answer, such as [SEP], is read as one. Safe to call from any thread.
public final class EmbeddingJudge: AnswerJudge {
  /// How embeddings become clusters.
  public struct Options: Sendable, Equatable {
    /// The least cosine of answers that mean the same, from -1 to 1; nil for ``usualThreshold``.
    public var threshold: Double?

    /// Whether an answer is embedded with its question in front of it.
    ///
    /// Judges of entailment in the literature on semantic entropy read the answer so (Kuhn et al., https://arxiv.org/abs/2302.09664). An
    /// average over tokens is different: the shared question moves all answers together, the more the longer it is, so that no threshold
    /// serves two questions. Hence it is off by default.
    public var includesQuestion: Bool

    /// How clusters are drawn from pairs.
    public var rule: ClusterRule

    /// The most bytes of embeddings that are kept for answers that come again, about.
    public var cacheBytes: Int

    /// Creates options.
    public init(
      threshold: Double? = nil, includesQuestion: Bool = false, rule: ClusterRule = .components, cacheBytes: Int = 32 << 20
    ) {
      self.threshold = threshold
      self.includesQuestion = includesQuestion
      self.rule = rule
      self.cacheBytes = cacheBytes
    }

    /// The threshold where none is given: 0.85, and 0.98 with the question in front.
    ///
    /// For all-MiniLM-L6-v2 and short answers, these thresholds join few right pairs and hardly any wrong ones: of 36 pairs of paraphrases
    /// and 104 pairs of different answers to ten questions (in the tests), 0.85 joins 16 and 2. That is intended: a wrong join rewards a
    /// wrong answer, while a missed one only makes a cluster smaller. Other encoders need another threshold.
    public var usualThreshold: Double { includesQuestion ? 0.98 : 0.85 }
  }

  /// The encoder.
  public let encoder: SentenceEncoder

  /// How embeddings become clusters.
  public let options: Options

  private let cache: EmbeddingCache

  /// A judge with an encoder that may be shared. Throws where the threshold is no cosine.
  public init(_ encoder: SentenceEncoder, options: Options = Options()) throws {
    let threshold = options.threshold ?? options.usualThreshold
    guard threshold >= -1, threshold <= 1 else {
      throw RolloutsError(.request, "a similarity threshold of \(threshold), expected a cosine, -1 to 1")
    }
    self.encoder = encoder
    self.options = options
    cache = EmbeddingCache(bytes: options.cacheBytes)
  }

  /// A judge with the encoder of a model folder; see ``Transformer/SentenceEncoder/init(folder:lanes:)``.
  public convenience init(folder: URL, options: Options = Options(), lanes: Lanes = Lanes(count: 1)) throws {
    try self.init(try SentenceEncoder(folder: folder.path, lanes: lanes), options: options)
  }

  /// Clusters by the pairs whose cosine reaches the threshold.
  public func clusters(of answers: [String], question: String) throws -> [Int] {
    let vectors = try directions(of: answers, question: question)
    return options.rule.clusters(count: answers.count) { agrees(vectors[$0], vectors[$1]) }
  }

  /// Compares two answers; the basis is `embedding` unless one of them is empty.
  public func verdict(on first: String, and second: String, question: String) throws -> Verdict {
    let vectors = try directions(of: [first, second], question: question)
    guard vectors[0] != nil, vectors[1] != nil else { return Verdict(isEquivalent: false, basis: .empty) }
    return Verdict(isEquivalent: agrees(vectors[0], vectors[1]), basis: .embedding)
  }

  /// The cosine between two answers' embeddings; nil where one of them is empty.
  public func similarity(of first: String, and second: String, question: String = "") throws -> Double? {
    let vectors = try directions(of: [first, second], question: question)
    guard let a = vectors[0], let b = vectors[1] else { return nil }
    return Self.cosine(a, b)
  }

  /// Embeddings of length 1; nil for empty answers.
  private func directions(of answers: [String], question: String) throws -> [[Float]?] {
    let contents = answers.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    let texts = contents.map { options.includesQuestion && !question.isEmpty && !$0.isEmpty ? question + " " + $0 : $0 }
    let vectors = try cache.vectors(of: texts.filter { !$0.isEmpty }) { missing in try encoder.embed(missing).map(Self.scaled) }
    var next = vectors.makeIterator()
    return texts.map { $0.isEmpty ? nil : next.next() }
  }

  private func agrees(_ first: [Float]?, _ second: [Float]?) -> Bool {
    guard let first, let second else { return false }
    // An answer agrees with itself, even if rounding changes its length.
    return first == second || Self.cosine(first, second) >= options.threshold ?? options.usualThreshold
  }

  private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private static func scaled(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return length > 0 ? vector.map { Float(Double($0) / length) } : vector
  }
}
