/// What a phrase such as "the answer is" states.
enum Statement {
  /// An answer.
  case answer(Range<Int>)
  /// What is an answer only where no other phrase states one: "the answer is even", a heading's prose.
  case doubtful(Range<Int>)
  /// Nothing: a judgement, a denial, a placeholder.
  case nothing
  /// The beginning of an answer in a block that is never closed.
  case cutOff
}

extension ScannedText {
  /// The answer of the last phrase that states one, by where it starts; and whether a later one was cut off.
  ///
  /// Scans from the end, so the first phrase that states something has the answer. A phrase isn't read beyond a later one that states nothing:
  /// `Answer: Answer:` is no answer, however often a model says it, and must not become one that all its samples agree on. So each part of
  /// the text is read for one phrase, and the whole is linear.
  func lastStatement() -> (answer: String?, isCutOff: Bool) {
    var closingTag: Int?
    var limit = scalars.count
    var doubtful: Range<Int>?
    var isCutOff = false
    for index in scalars.indices.reversed() {
      if scalars[index] == "<", has("</answer>", at: index) { closingTag = index }
      switch statement(at: index, before: limit, closingTag: closingTag) {
      case nil: continue
      case .answer(let range): return (string(range), isCutOff)
      case .doubtful(let range): doubtful = doubtful ?? range
      case .cutOff: isCutOff = true
      case .nothing: break
      }
      limit = index
    }
    return (doubtful.map(string), isCutOff)
  }

  /// What the phrase at `index` states; nil where none starts. Of "the answer is", the phrase starts with "answer".
  private func statement(at index: Int, before limit: Int, closingTag: Int?) -> Statement? {
    switch scalars[index] {
    case "<":
      guard let closingTag, has("<answer>", at: index) else { return nil }
      return statementInTags(index + 8..<closingTag, before: limit)
    case "#":
      guard has("####", at: index), scalar(at: index - 1) != "#", scalar(at: index + 4) != "#" else { return nil }
      return statementOfHashes(from: index + 4, before: max(limit, index + 4))
    case "a", "A":
      guard has("answer", at: index), scalar(at: index - 1)?.properties.isAlphabetic != true else { return nil }
      return statementOfWords(at: index, before: limit)
    case "o", "O", "c", "C":
      guard has("option is ", at: index) || has("choice is ", at: index), has("correct ", at: index - 8) else { return nil }
      guard case .answer(let range) = self.statement(from: index + 10, before: limit, form: .verb) else { return nil }
      return isChoice(range) ? .answer(range) : nil
    default: return nil
    }
  }

  /// Whether `range` is the letter of a choice, in parentheses or not.
  private func isChoice(_ range: Range<Int>) -> Bool {
    let letters = range.filter { !"()*. ".unicodeScalars.contains(scalars[$0]) }
    return letters.count == 1 && ("A"..."J").contains(scalars[letters[0]])
  }

  /// What `<answer>…</answer>` states.
  private func statementInTags(_ range: Range<Int>, before limit: Int) -> Statement {
    if range.upperBound <= limit {
      let start = indexAfterWhiteSpace(from: range.lowerBound)
      if start < range.upperBound, let block = block(at: start, before: range.upperBound) { return block }
    }
    return stated(range, before: limit)
  }

  /// What `#### …` states: the rest of the line. A heading of four hashes, words with a text below, is the answer only where no other is.
  private func statementOfHashes(from start: Int, before limit: Int) -> Statement {
    let line = start..<endOfLine(from: start, before: limit)
    let statement = stated(line.lowerBound..<startOfProse(in: line), before: limit)
    guard case .answer(let answer) = statement else { return statement }
    let hasText = indexAfterWhiteSpace(from: line.upperBound) < scalars.count
    guard hasText, isPlainText(answer) || startsWithStep(answer) else { return statement }
    let isSection = word(at: answer.lowerBound).map { AnswerWords.sections.contains($0.text) } ?? false
    return isSection || startsWithStep(answer) || wordCount(in: answer) > 2 ? .nothing : .doubtful(answer)
  }

  /// What "answer", with a verb, a colon or as a heading, states; nil where none of these follows.
  private func statementOfWords(at index: Int, before limit: Int) -> Statement? {
    let end = index + 6
    if let verb = answerVerb(from: end) {
      let next = indexAfterWhiteSpace(from: verb.end, stayOnLine: true)
      if let mark = scalar(at: next), mark == ":" || mark == "：" {
        return statement(from: startAfterColon(at: next, before: limit), before: limit, form: .colon)
      }
      return isSupposed(before: index) ? .nothing : statement(from: verb.end, before: limit, form: verb.isModal ? .constraint : .verb)
    }
    if let colon = answerColon(from: end) { return statement(from: startAfterColon(at: colon, before: limit), before: limit, form: .colon) }
    if let start = endOfHeading(word: index) { return statement(from: start, before: limit, form: .heading) }
    return nil
  }

  /// Whether what is said of the answer at `index` is supposed or asked: "if the answer is 5, then", "check whether my answer is 5".
  private func isSupposed(before index: Int) -> Bool {
    var place = index
    for _ in 0..<3 {
      guard place > 1, scalar(at: place - 1) == " ", scalars[place - 2].isASCIILetter else { return false }
      let end = place - 1
      place = end
      while place > 0, end - place < 12, scalars[place - 1].isASCIILetter { place -= 1 }
      if let word = word(at: place), AnswerWords.suppositions.contains(word.text) { return true }
    }
    return false
  }

  /// Behind a colon, and behind the `**` that closes what was bold before it.
  private func startAfterColon(at colon: Int, before limit: Int) -> Int {
    if closesBold(at: colon + 1, before: limit) { return colon + 3 }
    let isEmphasis = scalar(at: colon + 1) == "*" || scalar(at: colon + 1) == "_"
    return isEmphasis && scalar(at: colon + 2)?.isWhiteSpace == true ? colon + 2 : colon + 1
  }

  /// Whether `**` at `index` closes what was bold before, rather than opening a bold answer, which would close again on its line.
  private func closesBold(at index: Int, before limit: Int) -> Bool {
    guard has("**", at: index) || has("__", at: index) else { return false }
    guard let next = scalar(at: index + 2), !next.isWhiteSpace else { return true }
    return boldMarks(in: index + 2..<endOfLine(from: index + 2, before: max(limit, index + 2))).isMultiple(of: 2)
  }

  /// The verb behind "answer", and whether it says what must hold. A complement may stand between: "the answer to this question is".
  private func answerVerb(from index: Int) -> (end: Int, isModal: Bool)? {
    var start = indexAfterEmphasis(from: index)
    if scalar(at: start) == "}" { start += 1 }
    let next = indexAfterWhiteSpace(from: start)
    for sign in ["=", ":=", "≈"] where scalar(at: next) == sign.unicodeScalars.first {
      let end = next + sign.unicodeScalars.count
      if scalar(at: end - 1) == sign.unicodeScalars.last, scalar(at: end) != "=", scalar(at: end) != ">" { return (end, false) }
    }
    // "The answer, therefore, is 5".
    if start == next, scalar(at: start) == ",", let adverb = word(at: indexAfterWhiteSpace(from: start + 1)),
      AnswerWords.adverbs.contains(adverb.text), scalar(at: adverb.end) == ","
    {
      return verb(at: indexAfterWhiteSpace(from: adverb.end + 1))
    }
    guard next > start, let word = word(at: next) else { return nil }
    if let verb = verb(at: next) { return verb }
    guard AnswerWords.complements.contains(word.text) else { return nil }
    return verbBehindComplement(from: word.end)
  }

  /// The first verb behind `index` within 100 scalars, if only words, numbers and mathematics stand before it, and no other "answer": that one has
  /// been read.
  private func verbBehindComplement(from index: Int) -> (end: Int, isModal: Bool)? {
    var place = index
    while place < index + 100, let scalar = scalar(at: place), !scalar.endsLine, !".,;:!?".unicodeScalars.contains(scalar) {
      if scalar == " " {
        if has("answer", at: place + 1) { return nil }
        if let verb = verb(at: place + 1) { return verb }
      }
      place += 1
    }
    return nil
  }

  /// The verb at `index`, the longest that fits; adverbs may stand in it: "must therefore be".
  private func verb(at index: Int) -> (end: Int, isModal: Bool)? {
    guard let first = word(at: index), let verbs = AnswerWords.verbs[first.text] else { return nil }
    var words = [first]
    var end = first.end
    while words.count < 5, let word = word(at: indexAfterWhiteSpace(from: end, stayOnLine: true)) {
      end = word.end
      if end > index + 100 { break }
      if !AnswerWords.adverbs.contains(word.text) { words.append(word) }
    }
    let fitting = verbs.filter { verb in verb.count <= words.count && zip(verb, words).allSatisfy { $0 == $1.text } }
    guard let verb = fitting.max(by: { $0.count < $1.count }) else { return nil }
    return (words[verb.count - 1].end, AnswerWords.modals.contains(first.text))
  }

  /// The colon behind "answer", emphasis, a complement and a remark in parentheses: `**Answer** (in cm):`, "answer to part (a):".
  private func answerColon(from end: Int) -> Int? {
    var index = indexAfterEmphasis(from: end)
    if scalar(at: index) == "}" { index += 1 }
    index = indexAfterWhiteSpace(from: index, stayOnLine: true)
    if let word = word(at: index), word.text == "to" || word.text == "for" {
      let limit = index + 100
      while index < limit, let scalar = scalar(at: index), !scalar.endsLine, !".,;:!?".unicodeScalars.contains(scalar),
        !has("answer", at: index)
      {
        index += 1
      }
    } else if scalar(at: index) == "(" {
      let limit = index + 40
      while index < limit, let scalar = scalar(at: index), !scalar.endsLine, scalar != ")" { index += 1 }
      if scalar(at: index) == ")" { index = indexAfterWhiteSpace(from: indexAfterEmphasis(from: index + 1), stayOnLine: true) }
    }
    if scalar(at: index) == ":" || scalar(at: index) == "：" { return index }
    // "Final answer - 5", "Answer → 5", "Answer => 5".
    guard let mark = scalar(at: index), "-–—→⇒=".unicodeScalars.contains(mark), scalar(at: index - 1)?.isWhiteSpace == true else {
      return nil
    }
    if mark == "=" { index += 1 }
    guard mark != "=" || scalar(at: index) == ">", scalar(at: index + 1)?.isWhiteSpace == true else { return nil }
    return startsValue(at: indexAfterWhiteSpace(from: index + 1, stayOnLine: true)) ? index : nil
  }

  /// Behind a heading that ends its line: `## Answer`, `**Final Answer**`, `Final Answer`, `\textbf{Answer}`, with "answer" at `word`.
  ///
  /// Marks and numbers may stand around its words, which are those of ``AnswerWords/headings``. "Answer" alone is one where it begins with a capital.
  private func endOfHeading(word: Int) -> Int? {
    var end = word + 6
    if has("</", at: end), let close = (end..<min(end + 10, scalars.count)).first(where: { scalars[$0] == ">" }) { end = close + 1 }
    while end < word + 18, let mark = scalar(at: end), !mark.endsLine {
      guard !mark.properties.isAlphabetic, !mark.isASCIIDigit, mark != "?", mark != "," else { return nil }
      end += 1
    }
    guard scalar(at: end)?.endsLine == true else { return nil }
    var index = word
    var words = 0
    while words < 6 {
      let start = index
      while index > start - 12, let before = scalar(at: index - 1), !before.endsLine, !before.properties.isAlphabetic { index -= 1 }
      guard let before = scalar(at: index - 1), !before.endsLine else { break }
      guard index > start - 12 else { return nil }
      let wordEnd = index
      while index > wordEnd - 12, let letter = scalar(at: index - 1), letter.isASCIILetter { index -= 1 }
      guard AnswerWords.headings.contains(string(index..<wordEnd).lowercased()) else { return nil }
      words += 1
    }
    return words > 0 && words < 6 || scalars[word] == "A" || scalar(at: index) == "#" ? end : nil
  }

  /// Behind the emphasis marks at `index`.
  private func indexAfterEmphasis(from index: Int) -> Int {
    var index = index
    while index < scalars.count, "*_\"”".unicodeScalars.contains(scalars[index]) { index += 1 }
    return index
  }
}
