public import HuggingFace
internal import Synchronization
public import Tensors
public import Tokenizers

/// A sentence encoder of the BERT family: texts in, one vector a text out, as sentence-transformers computes them.
///
/// Safe to call from any thread; calls wait for each other. A text's vector has the same bits in any company of other texts.
public final class SentenceEncoder: Sendable {
  /// The model's folder.
  public let folder: String

  /// The encoder's shape.
  public let configuration: BertConfiguration

  /// How tokens become a text's vector.
  public let sentence: SentenceConfiguration

  /// The tokenizer.
  public let tokenizer: WordPieceTokenizer

  /// Tokens of the longest text, those around it included; the end of a longer text is not read.
  public let maximumTokens: Int

  /// The numbers of an embedding.
  public var width: Int { configuration.width }

  private let pass: Mutex<EncoderPass>

  /// Loads a folder in the layout of the Hub: config.json, weights, tokenizer, and the files of sentence-transformers where there are some.
  ///
  /// Throws a ``FileError`` or ``TransformerError`` that names the file and what in it cannot be used.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - lanes: The threads that compute. For encoders of this size, one lane is usually best: run several encoders for more.
  public init(folder: String, lanes: Lanes = Lanes(count: 1)) throws {
    self.folder = folder
    sentence = try SentenceConfiguration(folder: folder)
    configuration = try BertConfiguration(folder: sentence.encoderFolder)
    tokenizer = try WordPieceTokenizer(folder: sentence.encoderFolder)
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw TransformerError(
        .checkpoint,
        "\(sentence.encoderFolder): the tokenizer has tokens up to \(tokenizer.vocabularySize - 1), but config.json says "
          + "\"vocab_size\": \(configuration.vocabularySize)")
    }
    guard tokenizer.lowercases || !sentence.lowercases else {
      throw TransformerError(
        .checkpoint, "\(sentence.encoderFolder)/sentence_bert_config.json: \"do_lower_case\" is true, expected a tokenizer that does it")
    }
    maximumTokens = min(sentence.maximumTokens ?? configuration.maximumPositions, configuration.maximumPositions)
    // Tokens around a text also give one to a text without any.
    guard tokenizer.specialTokenCount > 0, maximumTokens > tokenizer.specialTokenCount else {
      throw TransformerError(
        .checkpoint,
        "\(folder): at most \(maximumTokens) tokens, \(tokenizer.specialTokenCount) of them around the text's; expected one around it, "
          + "and room for the text")
    }
    let rows = try EncoderPass.rows(for: configuration, maximumTokens: maximumTokens, folder: folder)
    let weights = try BertWeights(folder: sentence.encoderFolder, configuration: configuration)
    pass = Mutex(EncoderPass(weights, rows: rows, lanes: lanes))
  }

  /// One vector of ``width`` numbers for each text.
  ///
  /// Throws a ``TransformerError`` where the weights give no finite numbers.
  public func embed(_ texts: [String]) throws -> [[Float]] {
    let texts = texts.map { EncodedText(tokens: tokenizer.encode($0, limit: maximumTokens)) }
    var vectors: [[Float]] = []
    vectors.reserveCapacity(texts.count)
    while vectors.count < texts.count {
      // Others' texts come in between.
      vectors += try pass.withLock { pass in
        let batch = texts[pass.batch(of: texts, from: vectors.count)]
        return try pooled(pass.run(batch), counts: batch.map(\.tokens.count))
      }
    }
    return vectors
  }

  /// One vector a text of the vectors of its tokens.
  private func pooled(_ x: Matrix, counts: [Int]) throws -> [[Float]] {
    var row = 0
    return try counts.map { count in
      defer { row += count }
      let rows = sentence.pooling == .cls ? row..<row + 1 : row..<row + count
      var sums = [Double](repeating: 0, count: x.columns)
      for row in rows {
        let start = x.offset + row * x.stride
        x.storage.withSpan(start..<start + x.columns) { values in
          for column in values.indices { sums[column] += Double(values[column]) }
        }
      }
      var scale = 1 / Double(rows.count)
      if sentence.normalizes {
        // As in PyTorch: an almost vanishing vector is not scaled up to length 1.
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot() * scale
        scale /= max(length, 1e-12)
      }
      guard sums.allSatisfy(\.isFinite) else {
        throw TransformerError(.checkpoint, "\(folder): a text's embedding has values that are not finite: take another encoder")
      }
      return sums.map { Float($0 * scale) }
    }
  }
}
