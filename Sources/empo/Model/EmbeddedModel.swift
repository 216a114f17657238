import Evaluation
import HuggingFace

/// The base model that ships inside the package.
enum EmbeddedModel {
  /// Its shape: a small Qwen2 over bytes and the words of its world.
  static var configuration: ModelConfiguration {
    ModelConfiguration(
      architecture: .qwen2, vocabularySize: 257 + WordProblems.vocabulary.count, width: 96, feedForwardWidth: 288, layers: 3, heads: 4,
      keyValueHeads: 2, headWidth: 24, maximumPositions: 512, tiesEmbeddings: true, endTokens: [0])
  }
}
