import Files
import JSON

/// How a questions file is written.
enum QuestionsFormat: Equatable {
  /// One JSON object a line.
  case jsonLines
  /// An array of objects, or an object with one under `data` or `questions`.
  case json
  /// A header and records.
  case separated(UInt8)

  /// The members that may hold an object's questions.
  static let containers = ["data", "questions"]

  /// The format's name.
  var name: String {
    switch self {
    case .jsonLines: "JSON lines"
    case .json: "JSON"
    case .separated(let separator): separator == UInt8(ascii: "\t") ? "TSV" : "CSV"
    }
  }

  /// The format of a file: CSV or TSV by the ending of its name, else decided by the beginning of its content.
  init(source: String, content: [UInt8]) throws {
    let ending = source.split(separator: "/").last?.split(separator: ".").last.map { $0.lowercased() } ?? ""
    if let format = ForeignFormat(content: content) { throw QuestionsFormat.refusal(of: format, source: source) }
    if ending == "csv" || ending == "tsv" {
      self = .separated(UInt8(ascii: ending == "csv" ? "," : "\t"))
      return
    }
    let isNamedLines = ending == "jsonl" || ending == "ndjson"
    switch content.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
    case UInt8(ascii: "["): self = .json
    case UInt8(ascii: "{"): self = QuestionsFormat.isOneObject(content, isNamedLines: isNamedLines) ? .json : .jsonLines
    case nil: self = .jsonLines
    default:
      if let format = ForeignFormat(name: source) { throw QuestionsFormat.refusal(of: format, source: source) }
      guard isNamedLines || ending == "json" else {
        throw QuestionsError(
          .unusable,
          "\(source): found content that begins with neither { nor [, expected JSON lines or JSON, or a name that ends in .csv or .tsv")
      }
      self = .jsonLines
    }
  }

  /// Whether content that begins with an object is one object with questions in it, and not an object a line.
  private static func isOneObject(_ content: [UInt8], isNamedLines: Bool) -> Bool {
    let end = content.firstIndex(of: UInt8(ascii: "\n")) ?? content.endIndex
    var names: Set<String> = []
    do {
      var reader = JSONReader(Array(content[..<end]), source: "")
      try reader.readObject { name, reader in
        if try reader.readWritten().first == UInt8(ascii: "[") { names.insert(name) }
      }
      try reader.expectEnd()
    } catch {
      return !isNamedLines
    }
    return !names.isDisjoint(with: containers) && content[end...].allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }

  /// The error for a file in a format that holds no text, with the line that converts it.
  private static func refusal(of format: ForeignFormat, source: String) -> QuestionsError {
    QuestionsError(.unusable, "\(source): found \(format.title), expected JSON lines, JSON, CSV or TSV: \(format.conversion(of: source))")
  }
}
