import Files
import JSON

/// What stood as answers in a file beside texts and numbers, to be said once: people may have meant something else by it.
struct AnswerTally: Equatable {
  private var lists = 0
  private var empty = 0
  private var others: [String: Int] = [:]

  /// Counts the value under the answer's key of one record.
  mutating func note(_ record: QuestionRecord, under key: String) {
    if let kind = record.fields[key]?.kind { others[kind, default: 0] += 1 }
    guard let label = record.label(under: key) else { return }
    switch label {
    case .array(let values):
      if values.isEmpty { empty += 1 } else { lists += 1 }
    case .string(let text):
      if !text.contains(where: { !$0.isWhitespace }) { empty += 1 }
    default: break
    }
  }

  /// What was found, in words; nil where there is nothing to say.
  var words: String? {
    var parts: [String] = []
    if lists > 0 { parts.append("\(lists) of them \(lists == 1 ? "a list" : "lists"), of which any is right") }
    if empty > 0 { parts.append("\(empty) of them empty, which is none") }
    for (kind, count) in others.sorted(by: { $0.key < $1.key }) { parts.append("\(count) of them \(kind), which is none") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
