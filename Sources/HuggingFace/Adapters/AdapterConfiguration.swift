public import Foundation
import JSON

/// A PEFT folder's adapter_config.json: the adapters, and the model that they belong to.
public struct AdapterConfiguration: Sendable, Equatable {
  /// The name of the file.
  public static let fileName = "adapter_config.json"

  /// Rank, scale and projections of the adapters.
  public var lora: LoRAConfiguration

  /// `base_model_name_or_path`: the base model's folder, or its name on the Hub.
  public var baseModel: String?

  /// Creates a configuration.
  public init(_ lora: LoRAConfiguration, baseModel: String?) {
    self.lora = lora
    self.baseModel = baseModel
  }

  /// The text of an adapter_config.json for inference, which gives the same configuration back when it is read.
  ///
  /// It has only the settings that PEFT has had for long: an older PEFT warns of those that it does not know, and a newer one knows the
  /// defaults of its own.
  public func encoded() -> Data {
    let alpha = Int(exactly: lora.alpha).map(JSONValue.integer) ?? .number(lora.alpha)
    return Data(
      JSONValue.members([
        "base_model_name_or_path": baseModel.map(JSONValue.string) ?? .null,
        "bias": .string("none"),
        "fan_in_fan_out": .boolean(false),
        "inference_mode": .boolean(true),
        "init_lora_weights": .boolean(true),
        "lora_alpha": alpha,
        "lora_dropout": .number(0),
        "modules_to_save": .null,
        "peft_type": .string("LORA"),
        "r": .integer(lora.rank),
        "revision": .null,
        "target_modules": .array(lora.targets.map(\.rawValue).sorted().map(JSONValue.string)),
        "task_type": .string("CAUSAL_LM"),
        "use_rslora": .boolean(lora.isRankStabilized),
      ]).encoded())
  }
}
