import Foundation
package import HuggingFace
package import Wire

/// What a worker's memory is laid out for; part of the learner's welcome, since only the learner knows the questions.
package struct RolloutBounds: Codable, Equatable {
  /// The name of the file in the welcome.
  package static let fileName = "rollout.json"

  /// Tokens of the longest prompt, held-out ones included, together with the longest response.
  package var maximumLength: Int

  private enum CodingKeys: String, CodingKey {
    case maximumLength = "maximum_length"
  }

  /// The file.
  package func file() throws -> NamedBytes {
    NamedBytes(name: Self.fileName, bytes: [UInt8](try JSONEncoder().encode(self)))
  }

  /// Throws unless the model has positions for the length.
  package func validate(against model: ModelConfiguration) throws {
    guard (2...model.maximumPositions).contains(maximumLength) else {
      throw RunsError(
        .model, "the learner's \(Self.fileName): found maximum_length \(maximumLength), expected 2 to \(model.maximumPositions)")
    }
  }
}
