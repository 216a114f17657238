internal import Files
internal import HuggingFace

/// The differences between a checkpoint's tensors and a layout.
struct CheckpointFaults: CustomStringConvertible {
  private var missing: [String] = []
  private var unknown: [String] = []
  private var wrong: [String] = []
  private var advice = ""
  private var whole = "the model in config.json"

  /// Compares names, shapes and element types. Tensors beside the expected ones are faults unless `isHarmless`.
  init(of files: WeightFiles, expected: [(name: String, shape: [Int])], isHarmless: (String) -> Bool) {
    for (name, shape) in expected {
      guard let found = files.tensor(name) else {
        missing.append(name)
        continue
      }
      if found.shape != shape { wrong.append("\(name) has shape \(found.shape), expected \(shape)") }
      if found.elementType.floatFormat == nil {
        wrong.append("\(name) is \(found.elementType.rawValue), expected F32, F16 or BF16")
      }
    }
    let known = Set(expected.map(\.name))
    unknown = files.names.filter { !known.contains($0) && !isHarmless($0) }
  }

  /// Compares with a decoder's layout. With `tiedOutput`, a repeated output beside tied embeddings is no fault.
  init(of files: WeightFiles, layout: ParameterLayout, tiedOutput: Bool) {
    var expected = layout.entries.map { ($0.name, $0.shape) }
    if tiedOutput { expected.append((Parameters.outputName, layout.entries[0].shape)) }
    self.init(of: files, expected: expected, isHarmless: Self.isHarmless)
    if missing.contains(Parameters.embeddingName), files.tensor(String(Parameters.embeddingName.dropFirst(6))) != nil {
      advice = "the tensors lack the prefix \"model.\", so this is the model without its output; take the causal language model; "
    }
  }

  /// Compares with adapters in PEFT's names.
  init(of files: WeightFiles, adapters: [AdapterTensor]) {
    self.init(of: files, expected: adapters.map { ($0.name, $0.shape) }, isHarmless: { _ in false })
    whole = "the adapters in \(AdapterConfiguration.fileName)"
    if !wrong.isEmpty { advice = "these may be adapters of another base model; " }
  }

  /// Old checkpoints of Llama have the rotary frequencies of each layer, which follow from config.json; transformers passes over them.
  private static func isHarmless(_ name: String) -> Bool {
    name.hasPrefix("model.") && name.hasSuffix(".rotary_emb.inv_freq")
  }

  var isEmpty: Bool { missing.isEmpty && unknown.isEmpty && wrong.isEmpty }

  var description: String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("missing " + missing.listed()) }
    if !unknown.isEmpty { parts.append("not part of \(whole): " + unknown.listed()) }
    if !wrong.isEmpty { parts.append(wrong.listed()) }
    return advice + parts.joined(separator: "; ")
  }
}
