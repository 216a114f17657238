/// A word of ASCII letters, in lower case.
struct Word {
  var text: String
  var end: Int
}

/// What is said of an answer where none is stated.
enum Remark {
  /// Nothing: an answer may follow.
  case none
  /// A judgement or a denial.
  case nothing
  /// A property, which may be the answer.
  case doubtful
}

extension ScannedText {
  /// The word of at most 20 ASCII letters and apostrophes at `index`; nil where none stands there, or it runs on.
  func word(at index: Int) -> Word? {
    var text = ""
    var end = index
    while end < index + 21, let scalar = scalar(at: end) {
      if scalar.isASCIILetter {
        text.unicodeScalars.append(Unicode.Scalar(scalar.lowercasedASCII))
      } else if end > index, scalar == "'" || scalar == "’" {
        text.append("'")
      } else if end > index, scalar == ".", text == "i" || text == "e", self.scalar(at: end + 1)?.isASCIILetter == true {
        // i.e. and e.g.
        text.append(".")
      } else {
        if scalar.isASCIIDigit || scalar.properties.isAlphabetic { return nil }
        break
      }
      end += 1
    }
    return text.isEmpty || end == index + 21 ? nil : Word(text: text, end: end)
  }

  /// Behind adverbs at `index`, and what is said of the answer there.
  ///
  /// `the answer is therefore 5` states 5, `the answer is correct`, `the answer is in meters` and `the answer is not 5` state nothing.
  func afterRemarks(at index: Int, before limit: Int, form: PhraseForm) -> (Int, Remark) {
    var index = index
    for _ in 0..<4 {
      let start = indexBehindMarks(at: index)
      guard start < limit, let word = word(at: start) else { return (index, .none) }
      let second = self.word(at: indexAfterWhiteSpace(from: word.end, stayOnLine: true))
      if AnswerWords.negations.contains(word.text) {
        return (index, second.map { AnswerWords.negatedAnswers.contains($0.text) } == true ? .none : .nothing)
      }
      if isJudgement(word) { return (index, .nothing) }
      var end: Int?
      if let second, AnswerWords.adverbs.contains("\(word.text) \(second.text)") { end = second.end }
      if AnswerWords.adverbs.contains(word.text) { end = end ?? word.end }
      guard let end, scalar(at: end) != "-" else {
        if let value = valueBehindParticiple(word) { return (value, .none) }
        return (index, remark(at: start, word: word, second: second, form: form))
      }
      index = indexAfterWhiteSpace(from: end)
      if scalar(at: index) == "," { index = indexAfterWhiteSpace(from: index + 1) }
    }
    return (index, .none)
  }

  /// Behind opening emphasis and quotes.
  private func indexBehindMarks(at index: Int) -> Int {
    var index = index
    while let mark = scalar(at: index), mark == "*" || mark == "_" || mark == "," || mark == " " { index += 1 }
    return index
  }

  private func isJudgement(_ word: Word) -> Bool {
    guard AnswerWords.judgements.contains(word.text) else { return false }
    var end = word.end
    while let mark = scalar(at: end), mark == "*" || mark == "_" { end += 1 }
    return endsClause(at: end)
  }

  /// Whether a sentence or a part of it ends at `index`, or goes on with a word that no answer has there.
  private func endsClause(at index: Int) -> Bool {
    guard let next = scalar(at: index) else { return true }
    if next == "'" || next == "-" || next == "/" { return false }
    guard next.isWhiteSpace else { return true }
    let start = indexAfterWhiteSpace(from: index, stayOnLine: true)
    guard let first = scalar(at: start), !first.endsLine, !first.isASCIIDigit else { return true }
    guard first.isASCIILetter else { return true }
    return word(at: start).map { AnswerWords.connectives.contains($0.text) } ?? false
  }

  /// Where the value begins behind "found to be", "given by" or "calculated as".
  private func valueBehindParticiple(_ word: Word) -> Int? {
    guard AnswerWords.participles.contains(word.text) else { return nil }
    var index = indexAfterWhiteSpace(from: word.end, stayOnLine: true)
    guard let link = self.word(at: index), ["by", "as", "to"].contains(link.text) else { return nil }
    index = indexAfterWhiteSpace(from: link.end)
    if link.text == "to" {
      guard let be = self.word(at: index), be.text == "be" else { return nil }
      index = indexAfterWhiteSpace(from: be.end)
    }
    if scalar(at: index) == ":" { index = indexAfterWhiteSpace(from: index + 1) }
    return startsValue(at: index) ? index : nil
  }

  /// Whether a number, a formula, a choice or something bold starts at `index`, rather than a word.
  func startsValue(at index: Int) -> Bool {
    guard let first = scalar(at: index) else { return false }
    if first.isASCIIDigit || "$\\*(-[`~|{√π".unicodeScalars.contains(first) { return true }
    return first.isASCIILetter && scalar(at: index + 1)?.isLetterOfName != true && first != "a"
  }

  private func remark(at start: Int, word: Word, second: Word?, form: PhraseForm) -> Remark {
    let weak: Remark = form == .constraint ? .nothing : .doubtful
    if AnswerWords.participles.contains(word.text) { return .nothing }
    if word.text == "in" {
      guard second != nil else { return .none }
      if isManner(at: start) { return .nothing }
    }
    if AnswerWords.properties.contains(word.text) {
      if word.text == "one" { return second?.text == "of" ? weak : .none }
      if endsClause(at: word.end)
        || second.map({ ["than", "by", "to", "zero", "number", "integer", "infinity"].contains($0.text) }) == true
      {
        return weak
      }
      if word.text == "at" || word.text == "between" || word.text == "within" { return weak }
    }
    let isKind = AnswerWords.kinds.contains { kind in
      kind[0] == word.text && (kind.count == 1 || kind[1] == second?.text)
    }
    if isKind, word.text != "in" || scalar(at: indexAfterWhiteSpace(from: word.end)).map({ ("a"..."z").contains($0) }) == true {
      return weak
    }
    return .none
  }

  /// Behind an opener at `index`: "given by:", "as follows", "the following expression:"; nil where none stands there.
  ///
  /// The words are those of ``AnswerWords/openers``, and a colon follows, or the end of the line where one of ``AnswerWords/pointers`` is among them.
  /// Words of any kind are an opener where a colon ends their line.
  func endOfOpener(at index: Int, before limit: Int) -> Int? {
    var place = indexBehindMarks(at: index)
    let first = place
    var (isPointing, isClosed, end) = (false, true, first)
    for _ in 0..<12 {
      guard place < limit, let word = word(at: place) else { break }
      isPointing = isPointing || AnswerWords.pointers.contains(word.text)
      isClosed = isClosed && AnswerWords.openers.contains(word.text)
      end = word.end
      place = indexAfterWhiteSpace(from: end, stayOnLine: true)
    }
    guard end > first else { return nil }
    while let mark = scalar(at: end), mark == "*" || mark == "_" { end += 1 }
    var next = indexAfterWhiteSpace(from: end, stayOnLine: true)
    if let mark = scalar(at: next), mark == ":" || mark == "：" {
      next += 1
      while let mark = scalar(at: next), mark == "*" || mark == "_" { next += 1 }
      let rest = indexAfterWhiteSpace(from: next, stayOnLine: true)
      let endsLine = scalar(at: rest)?.endsLine ?? true
      return end - first > 1 && (isClosed || endsLine || isManner(at: first)) ? next : nil
    }
    guard isClosed, isPointing else { return nil }
    if scalar(at: next) == "." { next += 1 }
    return scalar(at: indexAfterWhiteSpace(from: next, stayOnLine: true))?.endsLine == true ? next : nil
  }

  /// Whether "in meters", "in the correct form" and the like stands at `index`.
  private func isManner(at index: Int) -> Bool {
    guard let word = word(at: index), word.text == "in" else { return false }
    guard let second = self.word(at: indexAfterWhiteSpace(from: word.end)) else { return false }
    guard second.text == "the" else { return AnswerWords.manners.contains(second.text) }
    return self.word(at: indexAfterWhiteSpace(from: second.end)).map { AnswerWords.mannersWithArticle.contains($0.text) } ?? false
  }
}
