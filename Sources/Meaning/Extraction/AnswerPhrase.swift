extension ScannedText {
  /// The content of the last explicit answer phrase, by where it starts; nil without one.
  ///
  /// Scans from the end, so the first phrase with substance is the answer. A phrase that reaches into a later one without substance has none
  /// either: `Answer: Answer:` is no answer, however often a model says it, and must not become one that all its samples agree on.
  /// No phrase is read beyond the next one without substance, so the whole is linear.
  func lastPhraseContent() -> String? {
    var closingTag: Int?
    var hollowPhrase: Int?
    for index in scalars.indices.reversed() {
      let limit = hollowPhrase ?? scalars.count
      let content: Range<Int>?
      switch scalars[index] {
      case "<":
        if has("</answer>", at: index) { closingTag = index }
        content = has("<answer>", at: index) ? closingTag.map { index + 8..<$0 } : nil
      case "#":
        content = isHashMark(at: index) ? index + 4..<endOfLine(from: index + 4, before: max(limit, index + 4)) : nil
      case "a", "A":
        content = contentOfAnswerPhrase(at: index, before: limit)
      default:
        content = nil
      }
      guard let content else { continue }
      if hollowPhrase == nil || content.upperBound < limit {
        let answer = withoutEnclosures(content)
        if hasSubstance(answer) { return string(answer) }
      }
      hollowPhrase = index
    }
    return nil
  }

  /// Whether exactly four hashes start at `index`.
  private func isHashMark(at index: Int) -> Bool {
    has("####", at: index) && scalar(at: index - 1) != "#" && scalar(at: index + 4) != "#"
  }

  /// Where the answer of `answer is …`, `answer: …` or `### Final answer` lies, if such a phrase's "answer" starts at `index`.
  private func contentOfAnswerPhrase(at index: Int, before limit: Int) -> Range<Int>? {
    guard has("answer", at: index), scalar(at: index - 1)?.properties.isAlphabetic != true else { return nil }
    let end = index + 6
    let start = startAfterIs(from: end) ?? startAfterColon(from: end, before: limit) ?? startAfterHeading(from: end, word: index)
    return start.map { contentOfLine(from: $0, before: limit) }
  }

  /// Behind ` is` and an optional colon.
  private func startAfterIs(from end: Int) -> Int? {
    let verb = indexAfterWhiteSpace(from: end)
    guard verb > end, has("is", at: verb) else { return nil }
    if let next = scalar(at: verb + 2), next.properties.isAlphabetic || next.isASCIIDigit || next == "'" || next == "’" { return nil }
    let next = indexAfterWhiteSpace(from: verb + 2, stayOnLine: true)
    return scalar(at: next) == ":" ? next + 1 : next
  }

  /// Behind a colon, and behind the `**` that closes a bold phrase before or after it.
  private func startAfterColon(from end: Int, before limit: Int) -> Int? {
    let colon = indexAfterWhiteSpace(from: has("**", at: end) ? end + 2 : end, stayOnLine: true)
    guard scalar(at: colon) == ":" else { return nil }
    return closesBold(at: colon + 1, before: limit) ? colon + 3 : colon + 1
  }

  /// Whether `**` at `index` closes what was bold before, rather than opening a bold answer, which would close again on its line.
  private func closesBold(at index: Int, before limit: Int) -> Bool {
    guard has("**", at: index) else { return false }
    guard let next = scalar(at: index + 2), !next.isWhiteSpace else { return true }
    return boldMarks(in: index + 2..<endOfLine(from: index + 2, before: max(limit, index + 2))).isMultiple(of: 2)
  }

  /// Behind the words of a heading `### Final answer`.
  private func startAfterHeading(from end: Int, word: Int) -> Int? {
    var index = word
    func skipBack(while matches: (Unicode.Scalar) -> Bool) {
      while let previous = scalar(at: index - 1), matches(previous) { index -= 1 }
    }
    skipBack { $0 == " " }
    guard has("final", at: index - 5) else { return nil }
    index -= 5
    skipBack { $0 == " " || $0 == "*" }
    guard scalar(at: index - 1) == "#" else { return nil }
    return has("**", at: end) ? end + 2 : end
  }

  /// From `start` to the end of the sentence or line, or of the next line that isn't blank where nothing is left of this one; at most to `limit`.
  private func contentOfLine(from start: Int, before limit: Int) -> Range<Int> {
    let first = indexAfterWhiteSpace(from: start)
    var index = first
    while index < limit, !scalars[index].endsLine {
      if has("</answer>", at: index) { return first..<index }
      if endsSentence(at: index), let next = indexAfterClosers(from: index + 1) { return first..<next }
      index += 1
    }
    return first..<index
  }

  /// The end of the quotes and emphasis marks from `index` on, if white space or the end of the text follows them.
  private func indexAfterClosers(from index: Int) -> Int? {
    var index = index
    while let next = scalar(at: index), next == "*" || next == "\"" || next == "”" { index += 1 }
    return scalar(at: index)?.isWhiteSpace == false ? nil : index
  }
}
