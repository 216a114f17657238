internal import Files
internal import Foundation
internal import Questions
internal import SystemPackage

/// A file of results that grows while questions are judged: a header, then a question a line, in order, with every response.
///
/// A process that dies leaves whole lines and perhaps a torn one, which is cut off when the evaluation goes on. Belongs to one task at a time.
public final class ResultsFile {
  private let path: String
  private let file: FileDescriptor

  /// The results that the file holds.
  public private(set) var results: EvaluationResults

  /// Makes the file, or opens it to go on with the answers to these questions, all that are asked.
  ///
  /// Throws where another process writes it, where it holds results of another evaluation, and where its lines are not the first questions'.
  public init(_ path: String, header: EvaluationHeader, questions: [BenchmarkQuestion]) throws {
    self.path = path
    let file = try DurableFile.attempt("open", path) {
      try FileDescriptor.open(FilePath(path), .readWrite, options: [.create, .append, .closeOnExec], permissions: .filePermissions)
    }
    do {
      results = try Self.begin(file, path, header, questions)
    } catch {
      Self.release(file)
      throw error
    }
    self.file = file
  }

  deinit {
    Self.release(file)
  }

  /// Closes the file. It is unlocked first: a process that another thread starts at this moment has a copy of the descriptor for a while.
  private static func release(_ file: FileDescriptor) {
    _ = flock(file.rawValue, LOCK_UN)
    try? file.close()
  }

  /// Appends a judged question of a benchmark.
  public func append(_ judged: JudgedQuestion, of benchmark: String) throws {
    let record = JudgedQuestionRecord(judged, of: benchmark, quoting: .all)
    try Self.write(record, to: file, path)
    results.append(record)
  }

  /// Locks the file, and reads the results that it holds, or writes the header. A torn last line is cut off.
  private static func begin(
    _ file: FileDescriptor, _ path: String, _ header: EvaluationHeader, _ questions: [BenchmarkQuestion]
  ) throws -> EvaluationResults {
    guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      throw EvaluationError(.results, "\(path): another process writes its results there: expected another file after --out")
    }
    guard let found = try EvaluationResults.read(path) else {
      // Anything but the beginning of this header is somebody's file.
      let torn = try DurableFile.attempt("read", path) { try Data(contentsOf: URL(fileURLWithPath: path)) }
      guard try line(header).starts(with: torn) else {
        throw EvaluationError(.results, "\(path) holds something else than results: expected a new file after --out")
      }
      try DurableFile.attempt("write", path) { try file.resize(to: 0) }
      try write(header, to: file, path)
      return EvaluationResults(header: header)
    }
    if let difference = header.difference(from: found.results.header) {
      throw EvaluationError(
        .results,
        "\(path) has results of another evaluation (\(difference)): go on with its own arguments, or choose another file after --out")
    }
    for (place, (judged, asked)) in zip(found.results.benchmarks.joined(), questions).enumerated() {
      let (found, expected) = (judged.question, asked.question)
      guard found.id == expected.id, found.text == expected.text, found.answers == expected.answers else {
        // The first line is the header.
        throw EvaluationError(
          .results,
          "\(path): line \(place + 2) is not question \"\(expected.id)\" of \(asked.benchmark): lines were lost, repeated or moved; choose "
            + "another file after --out")
      }
    }
    try DurableFile.attempt("write", path) { try file.resize(to: Int64(found.byteCount)) }
    return found.results
  }

  private static func write(_ value: some Encodable, to file: FileDescriptor, _ path: String) throws {
    let bytes = try line(value)
    try DurableFile.attempt("write", path) { _ = try file.writeAll(bytes) }
  }

  private static func line(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + [UInt8(ascii: "\n")]
  }
}
