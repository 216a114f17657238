import Files
public import Foundation

extension QuestionSet {
  /// Bounds on the content of a questions file.
  public struct Limits: Sendable {
    /// The largest file, in bytes.
    public var fileBytes = 1 << 30

    /// The largest number of questions.
    public var questions = 4_000_000

    /// The longest record of lines or of separated values, and the longest question or answer in JSON, in bytes.
    public var recordBytes = 1 << 20

    /// The largest number of accepted answers of a question.
    public var answers = 1024

    /// The longest identifier, in bytes.
    public var identifierBytes = 256

    /// The default bounds.
    public init() {}
  }

  /// Reads a questions file: JSON lines, a JSON array of objects (or an object with one under `data` or `questions`), or, by the ending of
  /// its name, CSV or TSV with a header.
  ///
  /// A question is a text, or a list of messages with role and content. Duplicates are kept, other keys are ignored; an `id` names the
  /// question, else the number of its line or record. A label may be text, a number or a list of these, of which any is right; null means
  /// none. `labels` says what a label's text means and whether there must be one. The error names the file, the line or record, what was
  /// found and what was expected.
  public init(
    contentsOf path: String, keys: QuestionKeys = QuestionKeys(), labels: LabelReading = LabelReading(), limits: Limits = Limits()
  ) throws {
    if let name = HubName(path: path) {
      throw QuestionsError(.unusable, "cannot read questions \(path): there is no such file; \(name.remark(.dataset, to: path))")
    }
    let attributes = try DurableFile.attempt("read questions", path) {
      try FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw QuestionsError(.unusable, "\(path) is not a file: expected a file of questions")
    }
    if let size = attributes[.size] as? Int, size > limits.fileBytes {
      throw QuestionsError(.unusable, "\(path): found \(size) bytes, expected at most \(limits.fileBytes): split the file")
    }
    let content = try DurableFile.attempt("read questions", path) {
      try Data(contentsOf: URL(fileURLWithPath: path))
    }
    try self.init(content: content, source: path, keys: keys, labels: labels, limits: limits)
  }

  /// Reads questions from the bytes of a file; `source` is its name.
  public init(
    content: Data, source: String, keys: QuestionKeys = QuestionKeys(), labels: LabelReading = LabelReading(), limits: Limits = Limits()
  ) throws {
    var bytes = [UInt8](content)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    let format = try QuestionsFormat(source: source, content: bytes)
    try QuestionSet.requireUTF8(bytes, source: source)
    var collector = QuestionCollector(source: source, keys: keys, labels: labels, limits: limits)
    switch format {
    case .jsonLines: try collector.readLines(bytes)
    case .json: try collector.readJSON(bytes)
    case .separated(let separator): try collector.readSeparated(bytes, by: separator)
    }
    collector.finish()
    try self.init(
      source: source, questions: collector.questions, reading: [format.name, collector.toldKeys].compactMap(\.self).joined(separator: ", "))
  }

  private static func requireUTF8(_ bytes: [UInt8], source: String) throws {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let line = 1 + bytes[..<error.byteOffsets.lowerBound].count { $0 == UInt8(ascii: "\n") }
      throw QuestionsError(.unusable, "\(source) line \(line): found bytes that are not UTF-8, expected UTF-8 text", cause: error)
    }
  }
}
