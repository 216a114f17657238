import Evaluation
import Foundation
import HuggingFace
import Rollouts

/// The base model that ships inside the package, and the small world that it knows.
enum EmbeddedModel {
  /// Its shape: a small Llama over bytes and the words of its world.
  static func configuration(vocabularySize: Int) -> ModelConfiguration {
    ModelConfiguration(
      architecture: .llama, vocabularySize: vocabularySize, width: 96, feedForwardWidth: 288, layers: 3, heads: 4, keyValueHeads: 2,
      headWidth: 24, maximumPositions: 512, tiesEmbeddings: true, endTokens: [ByteLevelVocabulary.endOfTextID])
  }

  /// Its vocabulary: the words that the questions and answers of its world are made of.
  static func vocabulary() throws -> ByteLevelVocabulary {
    try ByteLevelVocabulary(words: WordProblems.vocabulary)
  }

  /// The seed of the questions: they are data, and the same in every run.
  static let questionSeed: UInt64 = 1

  /// Questions without answers.
  static func questions() -> [Question] {
    WordProblems.questions(seed: questionSeed, count: 4096)
  }

  /// Questions with answers, of numbers that neither pre-training nor ``questions()`` have.
  static func heldOut() -> [Question] {
    WordProblems.heldOut(seed: questionSeed)
  }

  /// The model's folder, which lies in the package's resources beside the executable.
  static func folder() throws -> String {
    // The accessor that the package manager generates would trap where the resources are missing.
    let folder = Bundle.main.bundleURL.appending(path: "empo_empo.resources/EmbeddedModel").path
    guard FileManager.default.fileExists(atPath: folder + "/config.json") else {
      throw CommandLineError(
        .input, "the embedded model is not at \(folder): run empo where it was built, copy that folder along, or name another model")
    }
    return folder
  }
}
