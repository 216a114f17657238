public import Meaning

/// How the answer of a response is read.
public struct AnswerReading: Sendable, Equatable {
  /// How an answer is found in a response.
  public var extraction: ExtractionOptions

  /// Whether the answer is the whole response, as of free-form texts that state none.
  public var takesWholeResponse: Bool

  /// Whether an answer that only repeats the question earns nothing.
  public var rejectsRepetition: Bool

  /// Creates a reading.
  public init(extraction: ExtractionOptions = ExtractionOptions(), takesWholeResponse: Bool = false, rejectsRepetition: Bool = false) {
    self.extraction = extraction
    self.takesWholeResponse = takesWholeResponse
    self.rejectsRepetition = rejectsRepetition
  }

  /// The answer that a response gives, empty where it gives none, and whether the response holds a box.
  public func answer(in response: String) -> (text: String, isBoxed: Bool) {
    let stated = extractAnswer(from: response, options: extraction)
    return (takesWholeResponse ? wholeAnswer(from: response) : stated.text, stated.isBoxed)
  }
}
