public import Foundation
internal import Rollouts

extension QuestionSet {
  /// Bounds on what a questions file may hold.
  public struct Limits: Sendable {
    /// The largest file, in bytes.
    public var fileBytes = 1 << 30

    /// The largest number of questions.
    public var questions = 4_000_000

    /// The longest line, in bytes.
    public var lineBytes = 1 << 20

    /// The longest identifier, in bytes.
    public var identifierBytes = 256

    /// The default bounds.
    public init() {}
  }

  /// Reads a JSONL file: one object a line with the question's text under one key and, perhaps, its answer under another.
  ///
  /// Blank lines are passed over, duplicates are kept, other keys are ignored; an `id` names the question. An answer may be
  /// text or a number; null is none. The error names the file, the line, what was found and what was expected.
  public init(
    contentsOf path: String, questionKey: String = "question", answerKey: String = "answer", limits: Limits = Limits()
  ) throws(TrainingError) {
    let attributes = try DurableFile.attempt("open questions", path, code: .questions) {
      try FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw TrainingError(.questions, "\(path) is not a file: expected a JSONL file of questions")
    }
    if let size = attributes[.size] as? Int, size > limits.fileBytes {
      throw TrainingError(.questions, "\(path): found \(size) bytes, expected at most \(limits.fileBytes): split the file")
    }
    let content = try DurableFile.attempt("read questions", path, code: .questions) {
      try Data(contentsOf: URL(fileURLWithPath: path))
    }
    try self.init(jsonLines: content, source: path, questionKey: questionKey, answerKey: answerKey, limits: limits)
  }

  /// Reads questions from the bytes of a JSONL file.
  public init(
    jsonLines content: Data, source: String, questionKey: String = "question", answerKey: String = "answer",
    limits: Limits = Limits()
  ) throws(TrainingError) {
    let reader = QuestionLine.Reader(questionKey: questionKey, answerKey: answerKey)
    var questions: [Question] = []
    var number = 0
    for line in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let place = "\(source) line \(number)"
      guard line.count <= limits.lineBytes else {
        throw TrainingError(.questions, "\(place): found \(line.count) bytes, expected at most \(limits.lineBytes)")
      }
      guard var text = String(validating: line, as: UTF8.self) else {
        throw TrainingError(.questions, "\(place): found bytes that are not UTF-8, expected UTF-8 text")
      }
      if number == 1, text.unicodeScalars.first == "\u{FEFF}" {
        text.unicodeScalars.removeFirst()
      }
      guard text.contains(where: { !$0.isWhitespace }) else { continue }
      guard questions.count < limits.questions else {
        throw TrainingError(.questions, "\(place): found more than \(limits.questions) questions: split the file")
      }
      let question = try reader.question(from: text, number: number, place: place)
      guard question.id.utf8.count <= limits.identifierBytes else {
        throw TrainingError(
          .questions, "\(place): found an id of \(question.id.utf8.count) bytes, expected at most \(limits.identifierBytes)")
      }
      questions.append(question)
    }
    try self.init(source: source, questions: questions)
  }
}
