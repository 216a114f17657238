import Foundation
import JSON

extension QuestionRecord {
  /// Reads an object, and keeps only the values under the keys, each of at most `limit` bytes.
  init(reading reader: inout JSONReader, keys: Set<String>, limit: Int) throws {
    var record = QuestionRecord()
    try record.readObject(&reader, prefix: "", keys: keys, limit: limit)
    self = record
  }

  private mutating func readObject(_ reader: inout JSONReader, prefix: String, keys: Set<String>, limit: Int) throws {
    try reader.readObject { name, reader in
      let key = prefix + name
      if prefix.isEmpty { tell(name) }
      if reader.isAtObject(), keys.contains(where: { $0.hasPrefix(key + ".") }) {
        if keys.contains(key) {
          // Options may be the object itself or a member of it.
          var whole = reader
          fields[key] = try QuestionRecord.field(&whole, key: key, limit: limit)
        }
        try readObject(&reader, prefix: key + ".", keys: keys, limit: limit)
      } else if keys.contains(key) {
        fields[key] = try QuestionRecord.field(&reader, key: key, limit: limit)
      } else {
        try reader.passOverValue()
      }
    }
  }

  private static func field(_ reader: inout JSONReader, key: String, limit: Int) throws -> Field {
    let written = try reader.readWritten()
    guard written.count <= limit else {
      throw reader.failure("found \(written.count) bytes under \"\(QuestionRecord.excerpt(key))\", expected at most \(limit)")
    }
    return switch try JSONReader.value(of: Array(written), source: "") {
    case .null: .null
    case .string(let text): .text(text)
    case .integer, .number: .number(plainNumber(String(decoding: written, as: UTF8.self)))
    case .array(let values): .list(values)
    case .boolean(let value): .other("\(value)")
    case .object(let object): .object(object)
    }
  }

  /// A number as it is written; one with an exponent is written out, since the judges of answers do not read exponents.
  static func plainNumber(_ written: String) -> String {
    guard written.contains(where: { $0 == "e" || $0 == "E" }), let number = Decimal(string: written) else { return written }
    return "\(number)"
  }
}
