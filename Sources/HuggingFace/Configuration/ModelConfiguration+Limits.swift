import Files

extension ModelConfiguration {
  /// The largest value of each size. Far above any real model, and small enough that no product of two of them overflows.
  enum Limit {
    static let vocabularySize = 1 << 24
    static let width = 1 << 20
    static let feedForwardWidth = 1 << 22
    static let layers = 1 << 12
    static let heads = 1 << 12
    static let headWidth = 1 << 12
    static let maximumPositions = 1 << 30
    static let parameters = 1 << 40
  }

  /// Checks that the sizes fit together and that nothing computed from them can overflow.
  ///
  /// `source` names the configuration in the error's message.
  public func validate(source: String = "model configuration") throws {
    let sizes: [(String, Int, Int)] = [
      ("vocab_size", vocabularySize, Limit.vocabularySize), ("hidden_size", width, Limit.width),
      ("intermediate_size", feedForwardWidth, Limit.feedForwardWidth), ("num_hidden_layers", layers, Limit.layers),
      ("num_attention_heads", heads, Limit.heads), ("num_key_value_heads", keyValueHeads, Limit.heads),
      ("head_dim", headWidth, Limit.headWidth), ("max_position_embeddings", maximumPositions, Limit.maximumPositions),
    ]
    for (name, value, limit) in sizes where value < 1 || value > limit {
      throw FileError(.unsupported, "\(source): \"\(name)\" is \(value), expected 1 to \(limit)")
    }
    guard heads.isMultiple(of: keyValueHeads) else {
      throw FileError(
        .unsupported, "\(source): \"num_attention_heads\" is \(heads), expected a multiple of \"num_key_value_heads\", \(keyValueHeads)")
    }
    guard headWidth.isMultiple(of: 2) else {
      throw FileError(.unsupported, "\(source): \"head_dim\" is \(headWidth), expected an even number")
    }
    guard ropeBase.isFinite, ropeBase > 0 else {
      throw FileError(.unsupported, "\(source): \"rope_theta\" is \(ropeBase), expected a positive number")
    }
    if let problem = ropeScaling?.problem {
      throw FileError(.unsupported, "\(source): \"\(problem.name)\" of the rotary scaling is not \(problem.expected)")
    }
    guard normEpsilon.isFinite, normEpsilon > 0, normEpsilon < 1 else {
      throw FileError(.unsupported, "\(source): \"rms_norm_eps\" is \(normEpsilon), expected a number between 0 and 1")
    }
    try validateTokens(source: source)
    guard parameterCount <= Limit.parameters else {
      throw FileError(.unsupported, "\(source): the sizes make \(parameterCount) parameters, expected at most \(Limit.parameters)")
    }
  }

  private func validateTokens(source: String) throws {
    if let beginToken, beginToken < 0 || beginToken >= vocabularySize {
      throw FileError(
        .unsupported, "\(source): \"bos_token_id\" is \(beginToken), expected a token below \"vocab_size\", \(vocabularySize)")
    }
    for token in endTokens where token < 0 || token >= vocabularySize {
      throw FileError(
        .unsupported, "\(source): \"eos_token_id\" has \(token), expected tokens below \"vocab_size\", \(vocabularySize)")
    }
  }

  /// How many numbers the checkpoint holds. The sizes must be within their limits.
  public var parameterCount: Int {
    let queryWidth = heads * headWidth
    let keyValueWidth = keyValueHeads * headWidth
    var perLayer = 2 * width  // the two norms
    perLayer += 2 * width * queryWidth + 2 * width * keyValueWidth + 3 * width * feedForwardWidth
    if hasQKVBias { perLayer += queryWidth + 2 * keyValueWidth }
    if hasHeadNorms { perLayer += 2 * headWidth }
    return vocabularySize * width * (tiesEmbeddings ? 1 : 2) + layers * perLayer + width
  }
}
