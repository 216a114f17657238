import Files
import Foundation
package import HuggingFace
package import Questions
package import Tokenizers

/// The base model that ships inside the package, and the small world that it knows.
package enum EmbeddedModel {
  /// Its shape: a small Llama over bytes and the words of its world.
  package static func configuration(vocabularySize: Int) -> ModelConfiguration {
    ModelConfiguration(
      architecture: .llama, vocabularySize: vocabularySize, width: 96, feedForwardWidth: 288, layers: 3, heads: 4, keyValueHeads: 2,
      headWidth: 24, maximumPositions: 512, tiesEmbeddings: true, endTokens: [ByteLevelVocabulary.endOfTextID])
  }

  /// Its vocabulary: the words that the questions and answers of its world are made of.
  package static func vocabulary() throws -> ByteLevelVocabulary {
    try ByteLevelVocabulary(words: WordProblems.vocabulary)
  }

  /// The seed of the questions: they are data, and the same in every run.
  package static let questionSeed: UInt64 = 1

  /// Questions to learn from, with answers only if these are asked for.
  package static func questions(answered: Bool) -> [Question] {
    WordProblems.questions(seed: questionSeed, count: 4096, answered: answered)
  }

  /// Questions with answers, of numbers that neither pre-training nor ``questions(answered:)`` have: a run's, or the first so many of all that there
  /// are, which begin with them.
  package static func heldOut(count: Int? = nil) -> [Question] {
    guard let count else { return WordProblems.heldOut(seed: questionSeed) }
    return WordProblems.heldOut(seed: questionSeed, count: min(count, WordProblems.maximumHeldOut))
  }

  /// The model's folder, which lies in the package's resources beside the executable.
  package static func folder() throws -> String {
    // The accessor that the package manager generates would trap where the resources are missing.
    let folder = Bundle.main.bundleURL.appending(path: "empo_Demonstration.resources/EmbeddedModel").path
    guard FileManager.default.fileExists(atPath: folder + "/config.json") else {
      throw FileError(
        .missing, "the embedded model is not at \(folder): run empo where it was built, copy that folder along, or name another model")
    }
    return folder
  }
}
