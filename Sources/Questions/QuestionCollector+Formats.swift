import Files
import Foundation
import JSON

extension QuestionCollector {
  /// The chosen keys, for messages.
  var toldKeys: String? {
    guard let resolved else { return nil }
    return "questions under \"\(resolved.question)\""
      + (resolved.answer.map { ", answers under \"\($0)\"" + (tally.words.map { " (\($0))" } ?? "") } ?? "")
      + (resolved.options.map { ", options under \"\($0)\"" } ?? "")
  }

  /// Reads one JSON object a line; blank lines are passed over.
  mutating func readLines(_ bytes: [UInt8]) throws {
    var number = 0
    for line in bytes.lazy.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let place = "\(source) line \(number)"
      guard line.count <= limits.recordBytes else {
        throw QuestionsError(.unusable, "\(place): found \(line.count) bytes, expected at most \(limits.recordBytes)")
      }
      let text = String(decoding: line, as: UTF8.self)
      guard text.contains(where: { !$0.isWhitespace }) else { continue }
      let record: QuestionRecord
      do {
        var reader = JSONReader(Array(line), source: place)
        record = try QuestionRecord(reading: &reader, keys: wanted, limit: limits.recordBytes)
        try reader.expectEnd()
      } catch {
        throw malformed(text, place: place, cause: error)
      }
      try take(record, number: number, place: place)
    }
  }

  private func malformed(_ line: String, place: String, cause: any Error) -> QuestionsError {
    // The reader counts lines within the line, so only its column is kept.
    let reason = (cause as? FileError).map { " (" + $0.message.replacing("\(place): line 1, ", with: "") + ")" } ?? ""
    let expected = "expected a JSON object such as {\"\(exampleKey)\": \"…\"}"
    return QuestionsError(
      .unusable, DurableFile.oneLine("\(place): found \(QuestionRecord.excerpt(line)), \(expected)\(reason)"), cause: cause)
  }

  /// Reads an array of objects, or the one under `data` or `questions` of an object.
  mutating func readJSON(_ bytes: [UInt8]) throws {
    do {
      var reader = JSONReader(bytes, source: source)
      if reader.isAtObject() {
        try readContainer(&reader)
      } else {
        try readArray(&reader)
      }
      try reader.expectEnd()
    } catch let error as QuestionsError {
      throw error
    } catch {
      throw QuestionsError(.unusable, DurableFile.oneLine("\(error)"), cause: error)
    }
  }

  private mutating func readContainer(_ reader: inout JSONReader) throws {
    var described = QuestionRecord()
    var found = false
    try reader.readObject { name, reader in
      described.tell(name)
      guard !found, QuestionsFormat.containers.contains(name) else { return try reader.passOverValue() }
      found = true
      try readArray(&reader)
    }
    guard found else {
      throw QuestionsError(
        .unusable,
        "\(source): found one object with \(described.toldNames), expected a list of objects, alone or under \"data\" or \"questions\"")
    }
  }

  private mutating func readArray(_ reader: inout JSONReader) throws {
    let source = source
    var number = 0
    try reader.readArray { reader in
      number += 1
      let record = try QuestionRecord(reading: &reader, keys: wanted, limit: limits.recordBytes)
      try take(record, number: number, place: "\(source) record \(number)")
    }
  }

  /// Reads a header and records.
  mutating func readSeparated(_ bytes: [UInt8], by separator: UInt8) throws {
    var values = SeparatedValues(bytes[...], separator: separator, limit: limits.recordBytes)
    guard let header = try next(&values) else { return }
    let columns = header.fields.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces) }
    if let repeated = columns.first(where: { name in wanted.contains(name) && columns.count { $0 == name } > 1 }) {
      throw QuestionsError(
        .unusable, "\(source) line \(header.line): found the column \"\(QuestionRecord.excerpt(repeated))\" twice, expected it once")
    }
    let questionKeys = keys.question.map { [$0] } ?? QuestionKeys.questionCandidates
    var number = 0
    while let values = try next(&values) {
      number += 1
      let place = "\(source) line \(values.line)"
      guard values.fields.count == columns.count else {
        throw QuestionsError(
          .unusable,
          "\(place): found \(counted(values.fields.count, "column")), expected \(columns.count) as in the header: are separators quoted?")
      }
      var record = QuestionRecord()
      record.isTabular = true
      for (name, field) in zip(columns, values.fields) {
        record.tell(name)
        guard wanted.contains(name) else { continue }
        // An empty field is a table's only way to have no answer.
        let isAbsent = field.isEmpty && !questionKeys.contains(name)
        record.fields[name] = isAbsent ? .null : .text(String(decoding: field, as: UTF8.self))
      }
      try take(record, number: number, place: place)
    }
  }

  private func next(_ values: inout SeparatedValues) throws -> SeparatedValues.Record? {
    do throws(QuestionProblem) {
      return try values.next()
    } catch {
      throw QuestionsError(.unusable, "\(source) line \(values.currentLine): \(error.message)", cause: error)
    }
  }

  private var exampleKey: String { resolved?.question ?? keys.question ?? QuestionKeys.questionCandidates[0] }
}
