import Questions

/// One question with the answers of two models beside each other.
public struct SideBySide: Sendable, Equatable {
  /// The question as it was asked.
  public var question: String
  /// The accepted answers in words; nil when none is known.
  public var answer: String?
  /// The model on the left.
  public var left: AnswerTally
  /// The model on the right.
  public var right: AnswerTally

  /// Creates a comparison.
  public init(question: String, answer: String?, left: AnswerTally, right: AnswerTally) {
    self.question = question
    self.answer = answer
    self.left = left
    self.right = right
  }

  /// Compares two models on a question that is typical of the difference between them: the one whose gain in right samples is closest to
  /// the mean gain, and the first of several such. Both must have answered the same questions.
  public init(before: EvaluationResult, beforeTitle: String, after: EvaluationResult, afterTitle: String) {
    precondition(before.questions.map(\.question) == after.questions.map(\.question), "both models answer the same questions")
    let gains = zip(before.questions, after.questions).map { $1.meanAccuracy - $0.meanAccuracy }
    let mean = gains.reduce(0, +) / Double(gains.count)
    let distances = gains.map { abs($0 - mean) }
    let typical = distances.indices.min { (distances[$0], $0) < (distances[$1], $1) } ?? 0
    let (old, new) = (before.questions[typical], after.questions[typical])
    let accepted = old.question.answers
    self.init(
      question: old.question.text, answer: accepted.isEmpty ? nil : accepted.joined(separator: " or "),
      left: AnswerTally(title: beforeTitle, question: old), right: AnswerTally(title: afterTitle, question: new))
  }

  /// Below this width of a column the models stand one above the other.
  static let leastColumn = 26
  static let gutter = 4

  /// The comparison as lines of at most `width` columns (at least 20 are assumed), without spaces at their ends.
  public func lines(width: Int) -> [String] {
    let width = max(20, width)
    var lines = TextColumns.wrapped(TextColumns.printable(question), to: width)
    if let answer {
      lines += TextColumns.wrapped("Right answer: " + TextColumns.printable(answer), to: width)
    }
    lines.append("")
    let column = (width - Self.gutter) / 2
    guard column >= Self.leastColumn else {
      return lines + left.lines(width: width) + [""] + right.lines(width: width)
    }
    let (first, second) = aligned(left.lines(width: column), right.lines(width: column))
    for (one, other) in zip(first, second) {
      let line = TextColumns.padded(one, to: column + Self.gutter) + other
      lines.append(String(line.reversed().drop { $0 == " " }.reversed()))
    }
    return lines
  }

  /// Pads two tallies so that their responses, which follow the last empty line of the counts, begin on the same line.
  private func aligned(_ one: [String], _ other: [String]) -> ([String], [String]) {
    let split = [one, other].map { $0.firstIndex(of: "") ?? $0.count }
    let counts = split.max() ?? 0
    let rest = zip([one, other], split).map { $0.count - $1 }.max() ?? 0
    func padded(_ lines: [String], at split: Int) -> [String] {
      let blank = Array(repeating: "", count: counts - split)
      let padded = lines[..<split] + blank + lines[split...]
      return padded + Array(repeating: "", count: counts + rest - padded.count)
    }
    return (padded(one, at: split[0]), padded(other, at: split[1]))
  }
}
