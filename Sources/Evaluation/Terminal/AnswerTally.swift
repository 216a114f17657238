import Files

/// One model's answers to one question, counted by meaning, with a response to read.
public struct AnswerTally: Sendable, Equatable {
  /// One meaning and how often it was given.
  public struct Entry: Sendable, Equatable {
    /// The answer as it was first given; empty for responses without one.
    public var answer: String
    /// How many responses gave it.
    public var count: Int
    /// Whether it is the right one.
    public var isCorrect: Bool

    /// Creates an entry.
    public init(answer: String, count: Int, isCorrect: Bool) {
      self.answer = answer
      self.count = count
      self.isCorrect = isCorrect
    }
  }

  /// Whose answers these are: "base model".
  public var title: String

  /// Most frequent first; responses without an answer are one entry, and last.
  public var entries: [Entry]

  /// A response in the model's own words.
  public var response: String

  /// Creates a tally.
  public init(title: String, entries: [Entry], response: String) {
    self.title = title
    self.entries = entries
    self.response = response
  }

  /// Counts the answers of a judged question; equally frequent ones stay in the order in which they were given. Quotes `response`, by
  /// default the first one with the most frequent answer.
  public init(title: String, question: JudgedQuestion, response: String? = nil) {
    var order: [Int] = []
    var entries: [Int: Entry] = [:]
    for sample in question.samples where !sample.answer.text.isEmpty {
      if entries[sample.cluster] == nil {
        order.append(sample.cluster)
        entries[sample.cluster] = Entry(answer: sample.answer.text, count: 0, isCorrect: sample.isCorrect)
      }
      entries[sample.cluster]?.count += 1
    }
    // A stable sort by hand: the standard library's does not promise stability.
    let ranked = order.compactMap { entries[$0] }.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
    let empty = question.samples.count { $0.answer.text.isEmpty }
    self.title = title
    self.entries = ranked.map(\.element) + (empty > 0 ? [Entry(answer: "", count: empty, isCorrect: false)] : [])
    self.response = response ?? (question.plurality(in: question.samples[...]) ?? question.samples.first)?.answer.response ?? ""
  }

  /// The tally as lines of at most `width` columns: at most `shown` meanings, the others as one line.
  func lines(width: Int, shown: Int = 5) -> [String] {
    let total = entries.reduce(0) { $0 + $1.count }
    let heading = "\(title), \(counted(total, "sample"))"
    var rows: [(count: Int, text: String)] = []
    let answers = entries.filter { !$0.answer.isEmpty }
    for entry in answers.prefix(shown) {
      rows.append((entry.count, TextColumns.printable(entry.answer).replacing("\n", with: " ") + (entry.isCorrect ? " ✓" : "")))
    }
    let others = answers.dropFirst(shown)
    if let only = others.first {
      let text = others.count == 1 ? only.answer : "\(others.count) other answers"
      rows.append((others.reduce(0) { $0 + $1.count }, text + (others.contains(where: \.isCorrect) ? " (one of them ✓)" : "")))
    }
    rows += entries.filter(\.answer.isEmpty).map { ($0.count, "no answer") }
    let digits = rows.map { "\($0.count)".count }.max() ?? 1
    let counts = rows.flatMap { row -> [String] in
      let label = TextColumns.rightAligned("\(row.count)", to: digits) + " × "
      let text = TextColumns.wrapped(row.text, to: max(1, width - label.count))
      return text.enumerated().map { ($0.offset == 0 ? label : String(repeating: " ", count: label.count)) + $0.element }
    }
    let quoted = TextColumns.wrapped("“" + TextColumns.printable(response).trimmed + "”", to: width)
    return TextColumns.wrapped(heading, to: width) + [String(repeating: "─", count: min(width, heading.count))] + counts + [""] + quoted
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
