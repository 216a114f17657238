package import HuggingFace

/// The adapters of a PEFT folder.
package struct AdaptersInfo: Encodable {
  /// The inner width.
  package let rank: Int
  package let alpha: Double
  package let isRankStabilized: Bool
  /// What the adapters' product is multiplied by: alpha / rank, or alpha / √rank.
  package let scale: Float
  /// The projections that have an adapter, by their names in checkpoints, in the order of their places in a layer.
  package let targets: [String]
  /// The base model as adapter_config.json names it; nil where it names none.
  package let baseName: String?
  /// The base model's folder; nil where there is none on this host.
  package let baseFolder: String?
  /// The numbers in the adapters; nil where their file cannot be read.
  package let parameters: Int?
  package let weights: WeightsInfo?

  /// Describes adapters of a file, whose base model is in a folder.
  package init(_ configuration: AdapterConfiguration, _ files: WeightFiles?, baseFolder: String?) {
    let lora = configuration.lora
    rank = lora.rank
    alpha = lora.alpha
    isRankStabilized = lora.isRankStabilized
    scale = lora.scale
    targets = LoRAConfiguration.Target.allCases.filter(lora.targets.contains).map(\.rawValue)
    baseName = configuration.baseModel
    self.baseFolder = baseFolder
    parameters = files.map { files in files.names.compactMap { files.tensor($0)?.count }.reduce(0, +) }
    weights = files.map(WeightsInfo.init)
  }

  private enum CodingKeys: String, CodingKey {
    case rank, alpha, scale, targets, parameters, weights
    case isRankStabilized = "is_rank_stabilized"
    case baseName = "base_name"
    case baseFolder = "base_folder"
  }
}
