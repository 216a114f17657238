import Files
public import Foundation
import JSON

extension AdapterConfiguration {
  /// The largest alpha; with it the scale and its products with weights are far from overflow.
  static let alphaLimit = 65_536.0

  /// Reads a PEFT folder's adapter_config.json.
  ///
  /// Throws a ``FileError`` that names the missing, malformed or unsupported field.
  public init(folder: String) throws {
    let path = folder + "/" + Self.fileName
    try self.init(json: try FileBytes.read(path, limit: FileBytes.configurationLimit), source: path)
  }

  /// Reads the text of an adapter_config.json; `source` names it in error messages.
  public init(json: Data, source: String = AdapterConfiguration.fileName) throws {
    try self.init(json: Array(json), source: source)
  }

  /// Reads the text of an adapter_config.json. A missing field has PEFT's default.
  init(json: [UInt8], source: String) throws {
    let fields = try ConfigurationFields(json: json, source: source)
    try fields.requireDistinctNames()
    try Self.refuseWhatIsNotLoRA(fields)
    let alpha = try fields.number("lora_alpha", default: 8)
    guard alpha > 0, alpha <= Self.alphaLimit else {
      throw fields.refusal("lora_alpha", expected: "a number above 0, at most \(Int(Self.alphaLimit))")
    }
    self.init(
      LoRAConfiguration(
        rank: try fields.size("r", limit: LoRAConfiguration.maximumRank, default: 8), alpha: alpha, targets: try Self.targets(fields),
        isRankStabilized: try fields.boolean("use_rslora", default: false)),
      baseModel: try fields.string("base_model_name_or_path"))
  }

  /// The projections of `target_modules`.
  ///
  /// PEFT adapts each module whose path equals a name or ends in it, at a dot: `q_proj`, `self_attn.q_proj` or a whole path of one layer, as
  /// it writes for small models.
  private static func targets(_ fields: ConfigurationFields) throws -> Set<LoRAConfiguration.Target> {
    let known = LoRAConfiguration.Target.allCases
    let expected = "a list of names among " + known.map(\.rawValue).joined(separator: ", ")
    switch fields.value("target_modules") {
    case .array: break
    case .string("all-linear"): return Set(known)
    case .string: throw fields.refusal("target_modules", expected: expected + "; patterns are not understood")
    default: throw fields.refusal("target_modules", expected: expected)
    }
    let names = try fields.strings("target_modules") ?? []
    guard !names.isEmpty else { throw fields.refusal("target_modules", expected: expected) }
    var everywhere: Set<LoRAConfiguration.Target> = []
    var layers: [LoRAConfiguration.Target: Set<Int>] = [:]
    for name in names {
      guard let projection = projection(name) else {
        throw fields.refusal("target_modules", found: "\(JSONValue.string(name).summary) among its entries", expected: expected)
      }
      if let layer = projection.layer {
        layers[projection.target, default: []].insert(layer)
      } else {
        everywhere.insert(projection.target)
      }
    }
    // Whether the layers are all of the model's shows when its weights are opened.
    let inSome = known.filter { layers[$0] != nil && !everywhere.contains($0) }
    let count = inSome.compactMap { layers[$0]?.count }.max() ?? 0
    if let target = inSome.first(where: { layers[$0] != Set(0..<count) }) {
      throw fields.refusal(
        "target_modules", found: "\(target.rawValue) of some layers", expected: "each projection in every layer or in none")
    }
    return everywhere.union(inSome)
  }

  /// The projection that a name means, and its layer where the name has one; nil for another module.
  private static func projection(_ name: String) -> (target: LoRAConfiguration.Target, layer: Int?)? {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let target = LoRAConfiguration.Target(rawValue: String(parts.removeLast())), parts.count <= 4 else { return nil }
    let path = ["model", "layers", nil, target.block].suffix(parts.count)
    var layer: Int?
    for (part, expected) in zip(parts, path) {
      if let expected {
        guard part == expected else { return nil }
      } else {
        guard let index = Int(part), (0..<ModelConfiguration.Limit.layers).contains(index), part == "\(index)" else { return nil }
        layer = index
      }
    }
    return (target, layer)
  }
}
