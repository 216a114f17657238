internal import Files
internal import JSON

extension EntailmentConfiguration {
  /// Reads a checkpoint folder's config.json, and the limit in its tokenizer_config.json where there is one.
  ///
  /// Throws a ``FileError`` that names the missing, malformed or unsupported field.
  public init(folder: String) throws {
    try ModelPlace.requireFolder(folder)
    let path = folder + "/config.json"
    let fields = try ConfigurationFields(json: try FileBytes.read(path, limit: FileBytes.configurationLimit), source: path)
    try fields.requireDistinctNames()
    encoder = try BertConfiguration(fields, for: .labels, source: path)
    labels = try Self.labels(fields)
    maximumTokens = min(encoder.maximumTokens, try SentenceConfiguration.tokenizerLimit(folder) ?? .max)
    if let problem = try fields.string("problem_type"), problem != "single_label_classification" {
      throw fields.refusal("problem_type", expected: "single_label_classification: one label a pair")
    }
  }

  /// The label of each output.
  ///
  /// `id2label` counts, as in transformers; `label2id` where that has no labels of entailment, because transformers writes the one that was
  /// not given with the names LABEL_0, LABEL_1 and so on. If both name the labels, they must agree.
  private static func labels(_ fields: ConfigurationFields) throws -> [EntailmentLabel] {
    let expected =
      "the names entailment, neutral and contradiction, or entailment and not_entailment: without them nobody knows which output means what"
    var names: [(name: String, id: Int)] = []
    for (index, member) in (try fields.nested("id2label")?.members ?? []).enumerated() {
      guard let id = Int(member.key), case .string(let name) = member.value, index < limit else {
        throw fields.refusal("id2label", found: "{\"\(member.key.prefix(80))\": \(member.value.summary)}", expected: expected)
      }
      names.append((name, id))
    }
    var numbers: [(name: String, id: Int)] = []
    for (index, member) in (try fields.nested("label2id")?.members ?? []).enumerated() {
      guard case .integer(let id) = member.value, index < limit else {
        throw fields.refusal("label2id", found: "{\"\(member.key.prefix(80))\": \(member.value.summary)}", expected: expected)
      }
      numbers.append((member.key, id))
    }
    let (byNumber, byName) = (understood(names), understood(numbers))
    if let byNumber, let byName, byNumber != byName {
      throw fields.refusal("label2id", found: "another order than \"id2label\"", expected: "the same labels for the same numbers")
    }
    if let labels = byNumber ?? byName {
      guard names.isEmpty || names.count == labels.count else {
        throw fields.refusal("label2id", found: "of \(counted(labels.count, "label"))", expected: "\(names.count), as in \"id2label\"")
      }
      return labels
    }
    guard !names.isEmpty || !numbers.isEmpty else { throw fields.missing("id2label", expected: expected) }
    let found = (names.isEmpty ? numbers : names).sorted { $0.id < $1.id }.map(\.name)
    throw fields.refusal(names.isEmpty ? "label2id" : "id2label", found: "[\(found.listed(3))]", expected: expected)
  }

  /// The labels in the order of their numbers, which count from 0; nil unless they are those of entailment, once each.
  private static func understood(_ names: [(name: String, id: Int)]) -> [EntailmentLabel]? {
    let ordered = names.sorted { $0.id < $1.id }
    guard ordered.map(\.id) == Array(ordered.indices) else { return nil }
    let labels = ordered.compactMap { label($0.name) }
    let sets: [Set<EntailmentLabel>] = [[.entailment, .neutral, .contradiction], [.entailment, .notEntailment]]
    return labels.count == names.count && sets.contains { $0 == Set(labels) && $0.count == labels.count } ? labels : nil
  }

  /// A label by its name, in any case and with any signs between its words.
  private static func label(_ name: String) -> EntailmentLabel? {
    switch name.lowercased().filter(\.isLetter) {
    case "entailment", "entail", "entails", "entailed": .entailment
    case "neutral": .neutral
    case "contradiction", "contradict", "contradicts", "contradictory": .contradiction
    case "notentailment", "nonentailment", "noentailment", "notentailed": .notEntailment
    default: nil
    }
  }

  /// The most labels that are read.
  private static let limit = 100
}
