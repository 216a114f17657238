internal import Files
internal import Foundation
internal import JSON

extension SentenceConfiguration {
  /// Reads modules.json, the modules' own files, and sentence_bert_config.json, as far as they are there.
  ///
  /// Throws a ``FileError`` that names the file and the unsupported field.
  public init(folder: String) throws {
    try ModelPlace.requireFolder(folder)
    encoderFolder = folder
    try Self.refusePrompts(folder)
    let path = folder + "/modules.json"
    if FileManager.default.fileExists(atPath: path) { try readModules(path, folder: folder) }
    try readLimits()
  }

  private mutating func readModules(_ path: String, folder: String) throws {
    let json = try FileBytes.read(path, limit: FileBytes.configurationLimit)
    let fields = ConfigurationFields(
      JSONObject([.init("modules", try JSONReader.value(of: json, source: path))]), source: path, prefix: "")
    let modules = try fields.objects("modules")
    // One order is known: the encoder, the pooling, and perhaps the scaling to length 1.
    let expected = ["Transformer", "Pooling", "Normalize"]
    guard (1...expected.count).contains(modules.count) else {
      throw fields.refusal("modules", expected: "the modules \(expected.joined(separator: ", "))")
    }
    for (module, name) in zip(modules, expected) {
      guard let type = try module.string("type") else { throw module.missing("type", expected: name) }
      guard type.split(separator: ".").last.map(String.init) == name else { throw module.refusal("type", expected: name) }
      let inner = try Self.innerFolder(module, folder: folder)
      switch name {
      case "Transformer": encoderFolder = inner
      case "Pooling": try readPooling(inner + "/config.json")
      default: normalizes = true
      }
    }
    guard modules.count > 1 else { throw fields.refusal("modules", found: "without Pooling", expected: "an encoder and its pooling") }
  }

  /// A module's folder: the model's, or one directly in it.
  private static func innerFolder(_ module: ConfigurationFields, folder: String) throws -> String {
    let path = try module.string("path") ?? ""
    if path.isEmpty { return folder }
    guard !path.contains("/"), path != "..", path != ".", !path.utf8.contains(0) else {
      throw module.refusal("path", expected: "the name of a folder in the model's")
    }
    return folder + "/" + path
  }

  private mutating func readPooling(_ path: String) throws {
    let fields = try Self.fields(path)
    var modes: [String] = []
    switch fields.value("pooling_mode") {
    case .array: modes = try fields.strings("pooling_mode") ?? []
    case .some: modes = try fields.string("pooling_mode").map { [$0] } ?? []
    case nil:
      // The form before release 5.5 of sentence-transformers.
      let old = [
        ("cls_token", "cls"), ("max_tokens", "max"), ("mean_tokens", "mean"), ("mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
        ("weightedmean_tokens", "weightedmean"), ("lasttoken", "lasttoken"),
      ]
      modes = try old.filter { try fields.boolean("pooling_mode_" + $0.0, default: false) }.map(\.1)
      if modes.isEmpty { modes = ["mean"] }
    }
    guard modes.count == 1, let pooling = Pooling(rawValue: modes[0]) else {
      throw fields.refusal(
        "pooling_mode", found: "[\(modes.listed(6))]", expected: "one of " + Pooling.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.pooling = pooling
  }

  private mutating func readLimits() throws {
    let path = encoderFolder + "/sentence_bert_config.json"
    if FileManager.default.fileExists(atPath: path) {
      let fields = try Self.fields(path)
      if !fields.isNull("max_seq_length") { maximumTokens = try fields.size("max_seq_length", limit: 1 << 20) }
      lowercases = try fields.boolean("do_lower_case", default: false)
    }
    if maximumTokens == nil { maximumTokens = try Self.tokenizerLimit(encoderFolder) }
  }

  /// Tokens of the longest sequence, where a folder's tokenizer_config.json says so.
  static func tokenizerLimit(_ folder: String) throws -> Int? {
    let path = folder + "/tokenizer_config.json"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    // A tokenizer without a limit writes a number of thirty digits.
    let limit = try fields(path).optionalNumber("model_max_length")
    return limit.flatMap { $0 >= 1 && $0 < 0x1p20 ? Int($0) : nil }
  }

  /// Refuses a prompt in front of every text: it would not be added here.
  private static func refusePrompts(_ folder: String) throws {
    let path = folder + "/config_sentence_transformers.json"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let fields = try fields(path)
    guard let name = try fields.string("default_prompt_name") else { return }
    guard let prompt = try fields.nested("prompts")?.string(name), !prompt.isEmpty else { return }
    throw fields.refusal("default_prompt_name", expected: "null: no prompt is put in front of texts")
  }

  private static func fields(_ path: String) throws -> ConfigurationFields {
    let fields = try ConfigurationFields(json: try FileBytes.read(path, limit: FileBytes.configurationLimit), source: path)
    try fields.requireDistinctNames()
    return fields
  }
}
