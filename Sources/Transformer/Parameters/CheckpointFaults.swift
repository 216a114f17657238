internal import HuggingFace

/// Where a checkpoint's tensors are not those of a layout.
struct CheckpointFaults: CustomStringConvertible {
  private var missing: [String] = []
  private var unknown: [String] = []
  private var wrong: [String] = []
  private var advice = ""

  /// Compares names, shapes and element types. A repeated output beside tied embeddings is known where `tiedOutput`.
  init(of files: WeightFiles, layout: ParameterLayout, tiedOutput: Bool) {
    var known: Set<String> = []
    func check(_ name: String, _ shape: [Int]) {
      known.insert(name)
      guard let found = files.tensor(name) else { return missing.append(name) }
      if found.shape != shape { wrong.append("\(name) has shape \(found.shape), expected \(shape)") }
      if found.elementType.floatFormat == nil {
        wrong.append("\(name) is \(found.elementType.rawValue), expected F32, F16 or BF16")
      }
    }
    for entry in layout.entries { check(entry.name, entry.shape) }
    if tiedOutput { check(Parameters.outputName, layout.entries[0].shape) }
    unknown = files.names.filter { !known.contains($0) && !Self.isHarmless($0) }
    if missing.contains(Parameters.embeddingName), files.tensor(String(Parameters.embeddingName.dropFirst(6))) != nil {
      advice = "the tensors lack the prefix \"model.\", so this is the model without its output; take the causal language model; "
    }
  }

  /// Old checkpoints of Llama have the rotary frequencies of each layer, which follow from config.json; transformers passes over them.
  private static func isHarmless(_ name: String) -> Bool {
    name.hasPrefix("model.") && name.hasSuffix(".rotary_emb.inv_freq")
  }

  var isEmpty: Bool { missing.isEmpty && unknown.isEmpty && wrong.isEmpty }

  var description: String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("missing " + missing.listed()) }
    if !unknown.isEmpty { parts.append("not part of the model in config.json: " + unknown.listed()) }
    if !wrong.isEmpty { parts.append(wrong.listed()) }
    return advice + parts.joined(separator: "; ")
  }
}
