public import HuggingFace
internal import Synchronization
public import Tensors
internal import Tokenizers

/// A classifier of whether a text, the hypothesis, follows from another one, the premise: an encoder of BERT's family that reads both at
/// once, with a head on its first token, as transformers' BertForSequenceClassification and RobertaForSequenceClassification compute it.
///
/// Safe to call from any thread; calls wait for each other. A pair's logits have the same bits in any company of other pairs.
public final class EntailmentClassifier: Sendable {
  /// Two texts.
  public struct Pair: Sendable {
    /// What is given.
    public var premise: String
    /// What may follow from it.
    public var hypothesis: String

    /// Creates a pair.
    public init(premise: String, hypothesis: String) {
      self.premise = premise
      self.hypothesis = hypothesis
    }
  }

  /// What the classifier says of a pair.
  public struct Opinion: Sendable, Equatable {
    /// One logit a label, in the order of ``EntailmentConfiguration/labels``.
    public var logits: [Float]

    /// The label of the greatest logit. Where several are greatest, it is the one of them that is furthest from an entailment.
    public var label: EntailmentLabel

    /// Whether a text was cut, and the same is left of both: the classifier saw nothing in which they differ.
    public var isBlind: Bool

    /// Whether the hypothesis follows from the premise, as far as the classifier saw them.
    public var isEntailment: Bool { label == .entailment && !isBlind }
  }

  /// The model's folder.
  public let folder: String

  /// The encoder's shape and the labels.
  public let configuration: EntailmentConfiguration

  /// Tokens of the longest pair, those around its texts included.
  public var maximumTokens: Int { configuration.maximumTokens }

  private let reader: EntailmentReader
  private let pass: Mutex<Pass>

  private struct Pass: Sendable {
    let encoder: EncoderPass
    let head: ClassifierHead
  }

  /// Loads a folder in the layout of the Hub: config.json, weights, tokenizer.json (or, of BERT, vocab.txt).
  ///
  /// Throws a ``FileError`` or ``TransformerError`` that names the file and what in it cannot be used.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - lanes: The threads that compute.
  public init(folder: String, lanes: Lanes = Lanes(count: 1)) throws {
    self.folder = folder
    let configuration = try EntailmentConfiguration(folder: folder)
    self.configuration = configuration
    let encoder = configuration.encoder
    let tokenizer = encoder.family == .bert ? try PairTokenizer.wordPiece(folder: folder) : try PairTokenizer.bytePairs(folder: folder)
    guard tokenizer.vocabularySize <= encoder.vocabularySize else {
      throw TransformerError(
        .checkpoint,
        "\(folder): the tokenizer has tokens up to \(tokenizer.vocabularySize - 1), but config.json says "
          + "\"vocab_size\": \(encoder.vocabularySize)")
    }
    guard encoder.family == .roberta || tokenizer.typeCount <= encoder.tokenTypes else {
      throw TransformerError(
        .checkpoint,
        "\(folder): a pair has tokens of \(tokenizer.typeCount) types, but config.json says \"type_vocab_size\": \(encoder.tokenTypes)")
    }
    // A token for each text at least.
    guard configuration.maximumTokens >= tokenizer.specialTokenCount + 2 else {
      throw TransformerError(
        .checkpoint,
        "\(folder): at most \(configuration.maximumTokens) tokens, \(tokenizer.specialTokenCount) of them around the texts'; expected room for "
          + "two texts")
    }
    reader = EntailmentReader(tokenizer, maximumTokens: configuration.maximumTokens)
    let rows = try EncoderPass.rows(for: encoder, maximumTokens: configuration.maximumTokens, folder: folder)
    let weights = try BertWeights(folder: folder, configuration: encoder, labels: configuration.labels.count)
    guard let head = weights.head else { preconditionFailure("weights with labels have a head") }
    pass = Mutex(Pass(encoder: EncoderPass(weights, rows: rows, lanes: lanes), head: ClassifierHead(head, lanes: lanes)))
  }

  /// What the classifier says of each pair, with `context` and a space in front of both of its texts unless that is empty.
  ///
  /// What is longer than the classifier reads loses the beginning of the context first, and then the ends of the texts, the longer one's
  /// first. Throws a ``TransformerError`` where the weights give no finite numbers.
  public func opinions(on pairs: [Pair], context: String = "") throws -> [Opinion] {
    let inputs = reader.read(pairs, context: context)
    let texts = inputs.map(\.text)
    var opinions: [Opinion] = []
    opinions.reserveCapacity(pairs.count)
    while opinions.count < texts.count {
      // Others' pairs come in between.
      let (batch, logits) = pass.withLock { pass in
        let batch = pass.encoder.batch(of: texts, from: opinions.count)
        return (batch, pass.head.logits(pass.encoder.run(texts[batch]), counts: texts[batch].map(\.tokens.count)))
      }
      for (index, logits) in zip(batch, logits) {
        guard logits.allSatisfy(\.isFinite) else {
          throw TransformerError(.checkpoint, "\(folder): a pair's logits are not finite: take another checkpoint of the model")
        }
        opinions.append(
          Opinion(logits: logits, label: Self.label(of: logits, among: configuration.labels), isBlind: inputs[index].isBlind))
      }
    }
    return opinions
  }

  /// The label of the greatest logit; of several, the last one of: entailment, neutral, contradiction, not entailment.
  static func label(of logits: [Float], among labels: [EntailmentLabel]) -> EntailmentLabel {
    let greatest = logits.max()
    let candidates = Set(zip(labels, logits).filter { $0.1 == greatest }.map(\.0))
    guard let label = EntailmentLabel.allCases.last(where: candidates.contains) else { preconditionFailure("logits without labels") }
    return label
  }
}
