import Foundation
import HuggingFace
import Rollouts
import Training
import Wire

/// What a worker's memory is laid out for; part of the learner's welcome, since only the learner knows the questions.
struct RolloutBounds: Codable, Equatable {
  /// The name of the file in the welcome.
  static let fileName = "rollout.json"

  /// Tokens of the longest prompt together with the longest response.
  var maximumLength: Int

  private enum CodingKeys: String, CodingKey {
    case maximumLength = "maximum_length"
  }

  /// The file.
  func file() throws -> NamedBytes {
    NamedBytes(name: Self.fileName, bytes: [UInt8](try JSONEncoder().encode(self)))
  }

  /// Throws unless the model has positions for the length.
  func validate(against model: ModelConfiguration) throws {
    guard (2...model.maximumPositions).contains(maximumLength) else {
      throw CommandLineError(
        .input, "the learner's \(Self.fileName): found maximum_length \(maximumLength), expected 2 to \(model.maximumPositions)")
    }
  }
}

extension RunConfiguration {
  /// How the run's responses are drawn.
  var samplingOptions: SamplingOptions {
    SamplingOptions(
      temperature: Float(sampling.temperature), topK: sampling.topK, topP: Float(sampling.topP),
      maximumNewTokens: sampling.maximumNewTokens)
  }
}
