package import Evaluation
import Files
import Foundation
package import Questions

/// `evaluations/`: the judged responses of each evaluation that drew samples, a question a line, for whoever wants to read what a policy
/// answered, and for the comparison at a run's end.
package struct EvaluatedAnswers: Sendable {
  private let folder: String

  /// Those of a run.
  package init(_ run: RunFolder) {
    folder = run.evaluations
  }

  /// Keeps the judged responses of a version, in place of what an earlier evaluation of it left.
  package func write(_ judged: [JudgedQuestion], version: UInt32) throws {
    try DurableFile.makeFolder(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines = Data()
    for question in judged {
      lines.append(try encoder.encode(JudgedQuestionRecord(question)))
      lines.append(UInt8(ascii: "\n"))
    }
    try DurableFile.replace(file(version), with: lines)
  }

  /// Reads the judged responses of a version to these questions; nil where there are none, or to others.
  package func read(version: UInt32, to questions: [Question]) -> [JudgedQuestion]? {
    guard let data = FileManager.default.contents(atPath: file(version)) else { return nil }
    let decoder = JSONDecoder()
    let records = data.split(separator: UInt8(ascii: "\n")).compactMap { try? decoder.decode(JudgedQuestionRecord.self, from: $0) }
    guard records.map(\.id) == questions.map(\.id) else { return nil }
    return zip(records, questions).map { $0.judged($1) }
  }

  /// Forgets the versions after one.
  package func remove(after version: UInt32) throws {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard let found = UInt32(name.prefix { $0 != "." }), found > version, name == self.name(found) else { continue }
      try DurableFile.attempt("remove", file(found)) { try FileManager.default.removeItem(atPath: file(found)) }
    }
  }

  private func file(_ version: UInt32) -> String { folder + "/" + name(version) }

  private func name(_ version: UInt32) -> String { "\(version).jsonl" }
}
