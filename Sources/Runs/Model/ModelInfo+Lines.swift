import Files

extension ModelInfo {
  /// The same for people.
  package func lines() -> [String] {
    var rows: [(String, String)] = [("folder", folder)]
    if let checkpoint {
      rows.append(("checkpoint", "step \(checkpoint.step)" + (checkpoint.isFinal ? ", the run's last" : ", of a run that goes on")))
    }
    if let adapters { rows += Self.rows(adapters) }
    if let architecture { rows += Self.rows(architecture) }
    if let weights { rows.append(("stored", Self.told(weights))) }
    if let tokenizer { rows.append(("tokenizer", "\(tokenizer.kind), \(Self.grouped(tokenizer.vocabularySize)) tokens")) }
    if tokenizer != nil { rows.append(("chat template", chatTemplate.map { "in \($0)" } ?? "none")) }
    if let memory { rows += Self.rows(memory) }
    rows += problems.map { ("problem", $0) }
    return rows.map { name, text in name + String(repeating: " ", count: 18 - name.count) + text }
  }

  private static func rows(_ info: AdaptersInfo) -> [(String, String)] {
    let scale = "alpha \(short(info.alpha)), scale \(short(Double(info.scale)))"
    var rows = [("adapters", "rank \(info.rank), \(scale)" + (info.isRankStabilized ? " (rank-stabilised)" : ""))]
    rows.append(("", "of \(info.targets.joined(separator: ", ")) in every layer"))
    if let parameters = info.parameters, let weights = info.weights {
      rows.append(("", "\(grouped(parameters)) parameters, \(told(weights))"))
    }
    rows.append(("base model", info.baseFolder ?? "\(info.baseName ?? "none named"), not on this host"))
    return rows
  }

  private static func rows(_ info: ArchitectureInfo) -> [(String, String)] {
    [
      ("architecture", "\(info.family), \(counted(info.layers, "layer")), width \(info.width), feed-forward \(info.feedForwardWidth)"),
      ("attention", "\(counted(info.heads, "head")) on \(info.keyValueHeads) of keys and values, \(info.headWidth) wide"),
      ("vocabulary", grouped(info.vocabularySize) + (info.tiesEmbeddings ? ", tied embeddings" : "")),
      ("end tokens", info.endTokens.isEmpty ? "none: every response ends at its length limit" : listed(info.endTokens)),
      ("context", "\(grouped(info.contextLength)) tokens"),
      ("parameters", "\(grouped(info.parameters))"),
    ]
  }

  private static func rows(_ memory: MemoryInfo) -> [(String, String)] {
    let told = MemoryEstimate.told
    let (sequences, length) = (MemoryInfo.sequences, grouped(MemoryInfo.length))
    return [
      (
        "to sample",
        "\(told(memory.weights)) weights, and \(told(memory.cachePerToken)) a token (\(told(1000 * memory.cachePerToken)) a thousand) of keys "
          + "and values"
      ),
      ("", "\(told(memory.rollout)) for \(sequences) sequences of \(length) tokens; \(told(memory.worker)) as a worker of a run"),
      (
        "to train",
        "\(told(memory.optimizer)) master weights, gradients, moments and policy; \(told(memory.activations)) for "
          + "\(grouped(MemoryInfo.batchTokens)) tokens at once"
      ),
      (
        "",
        "\(told(memory.learner)) as the learner of a run, with the versions that it hands out; \(told(memory.checker)) more where it checks "
          + "groups itself"
      ),
      (
        "",
        "\(told(memory.loraLearner)) and \(told(memory.loraWorker)) as learner and worker of a run that trains adapters of rank \(MemoryInfo.rank), "
          + "\(told(memory.loraVersion)) a version"
      ),
    ]
  }

  private static func told(_ weights: WeightsInfo) -> String {
    let files = weights.files.count == 1 ? weights.files[0] : "\(weights.files.count) files"
    let size = MemoryEstimate.told(Double(weights.bytes))
    return "\(weights.dtypes.joined(separator: ", ")), \(size) in \(files), \(counted(weights.tensors, "tensor"))"
  }

  /// A number without a point where it needs none.
  private static func short(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(Float(number))"
  }

  private static func listed(_ tokens: [Int32]) -> String {
    tokens.map { "\($0)" }.joined(separator: ", ")
  }

  /// A number with its thousands apart.
  private static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }
}
