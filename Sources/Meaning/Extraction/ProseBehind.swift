extension ScannedText {
  /// Where prose behind the answer in `range` begins, its end where none does. O(n).
  ///
  /// Looks outside of mathematics and brackets only. A comma with "which", "since" and the like behind it, and ` because`, end any answer; words in
  /// parentheses, behind a semicolon, a colon or a dash only one that looks like a value: a number, a formula, something bold, a letter.
  func startOfProse(in range: Range<Int>) -> Int {
    let start = trimmed(range).lowerBound
    let closers = dollarClosers(in: range)
    var closer = 0
    var depth = 0
    var isValue = false
    // What isn't closed once isn't closed later, and isn't looked for again.
    var mayClose = true
    var index = start
    while index < range.upperBound {
      let scalar = scalars[index]
      switch scalar {
      case "\\":
        isValue = true
        if mayClose, has("\\(", at: index) {
          if let end = (index + 2..<max(index + 2, range.upperBound)).first(where: { has("\\)", at: $0) }) {
            index = end + 2
            continue
          }
          mayClose = false
        }
        index += 1
        // The end of a command's name; what is escaped opens nothing.
        while index < range.upperBound, scalars[index].isASCIILetter { index += 1 }
        if index < range.upperBound, !scalars[index].isWhiteSpace,
          !"{}()[]$".unicodeScalars.contains(scalars[index]) || scalars[index - 1] == "\\"
        {
          index += 1
        }
        continue
      case "$":
        isValue = true
        while closer < closers.count, closers[closer] <= index { closer += 1 }
        if closer < closers.count, self.scalar(at: index + 1)?.isWhiteSpace == false {
          index = closers[closer] + 1
          continue
        }
      case "{", "[": depth += 1
      case "}", "]", ")": depth = max(0, depth - 1)
      case "(":
        if depth == 0, index > start, isValue, scalars[index - 1].isWhiteSpace, isRemark(at: index + 1) { return index }
        depth += 1
      case ",":
        if depth == 0, index > start, beginsProseBehindComma(at: index + 1, isValue: isValue) { return index }
      case ";", ":":
        if depth == 0, index > start, isValue, beginsWords(at: index + 1) { return index }
      case "-", "–", "—":
        if depth == 0, index > start, isValue, isDash(at: index) { return index }
      default:
        if scalar.isWhiteSpace, depth == 0, index > start, beginsProseBehindBlank(at: index + 1, isValue: isValue) { return index }
        isValue = isValue || scalar.isASCIIDigit || "*`=<>|^π√".unicodeScalars.contains(scalar) || isLetterAlone(at: index)
      }
      index += 1
    }
    return range.upperBound
  }

  /// The dollar signs in `range` that may close mathematics: something stands right before them and no digit right behind.
  private func dollarClosers(in range: Range<Int>) -> [Int] {
    range.filter { index in
      scalars[index] == "$" && index > range.lowerBound && !scalars[index - 1].isWhiteSpace && scalars[index - 1] != "\\"
        && scalar(at: index + 1)?.isASCIIDigit != true
    }
  }

  private func isLetterAlone(at index: Int) -> Bool {
    scalars[index].isASCIILetter && scalar(at: index - 1)?.isLetterOfName != true && scalar(at: index + 1)?.isLetterOfName != true
      && scalars[index] != "a"
  }

  /// Whether the parenthesis that opened before `index` holds words: `(five)`, `(since 2 + 3 = 5)`, but not `(mod 7)`, `(x)`, `(B)`.
  private func isRemark(at index: Int) -> Bool {
    guard let word = word(at: index), !AnswerWords.mathematics.contains(word.text) else { return false }
    if scalar(at: word.end) == "(" || scalar(at: word.end) == "^" || scalar(at: word.end) == "_" { return false }
    return word.text.utf8.count >= 3
      || AnswerWords.shortWords.contains(word.text) && scalar(at: word.end) != ")" && scalar(at: word.end) != ","
  }

  /// Behind a value a participle begins prose too: "18, leaving 8".
  private func beginsProseBehindComma(at index: Int, isValue: Bool) -> Bool {
    let start = indexAfterBlanks(from: index)
    guard let word = word(at: start) else { return false }
    if word.text == "and" || word.text == "or" { return word.text == "and" && beginsClause(at: word.end) }
    if word.text == "i" { return isOpinion(behind: word) }
    let isParticiple = isValue && word.text.utf8.count > 5 && word.text.hasSuffix("ing")
    guard isParticiple || AnswerWords.proseBehindComma.contains(word.text) else { return false }
    return scalar(at: word.end) != "=" && scalar(at: word.end) != "("
  }

  private func beginsProseBehindBlank(at index: Int, isValue: Bool) -> Bool {
    guard let first = scalar(at: index), first.isASCIILetter, let word = word(at: index) else { return false }
    if AnswerWords.proseBehindBlank.contains(word.text) { return true }
    switch word.text {
    case "and": return beginsClause(at: word.end)
    case "as":
      let next = indexAfterBlanks(from: word.end)
      return isValue && self.word(at: next).map { AnswerWords.endsOfAs.contains($0.text) } ?? (scalar(at: next)?.isASCIILetter == false)
    case "after", "when":
      return isValue && self.word(at: indexAfterBlanks(from: word.end)).map { AnswerWords.endsOfAfter.contains($0.text) } ?? false
    default: return isValue && AnswerWords.proseBehindValue.contains(word.text) && !isOperator(behind: word)
    }
  }

  private func isOpinion(behind word: Word) -> Bool {
    self.word(at: indexAfterBlanks(from: word.end)).map { AnswerWords.opinions.contains($0.text) } ?? false
  }

  /// Whether a clause of its own begins behind "and" or "so".
  private func beginsClause(at index: Int) -> Bool {
    guard let next = word(at: indexAfterBlanks(from: index)) else { return false }
    guard AnswerWords.clauses.contains(next.text) else { return false }
    // "x and i" is two values, "and I think" a clause; "A and the B" may be one answer.
    if next.text == "i" || next.text == "the" || next.text == "its" || next.text == "our" {
      let third = word(at: indexAfterBlanks(from: next.end))?.text
      return next.text == "i"
        ? third != nil : third == "answer" || third == "final" || third == "correct" || third == "problem" || third == "question"
    }
    return true
  }

  /// Whether words, not another value, follow: `; this is the total`.
  private func beginsWords(at index: Int) -> Bool {
    let start = indexAfterBlanks(from: index)
    guard start > index, let word = word(at: start), !AnswerWords.mathematics.contains(word.text) else { return false }
    if word.text == "and" || word.text == "or" { return beginsClause(at: word.end) }
    return word.text.utf8.count >= 2 && scalar(at: word.end) != "(" && !isNameOfValue(word)
  }

  private func isNameOfValue(_ word: Word) -> Bool { scalar(at: indexAfterBlanks(from: word.end)) == "=" }

  /// Whether the dash at `index` sets words off: ` - words`, `—words`.
  private func isDash(at index: Int) -> Bool {
    var end = index + 1
    while end < index + 3, scalar(at: end) == "-" { end += 1 }
    let isSpaced = scalar(at: index - 1)?.isWhiteSpace == true && scalar(at: end)?.isWhiteSpace == true
    guard isSpaced || scalars[index] == "—" || end > index + 1 else { return false }
    guard let word = word(at: indexAfterBlanks(from: end)), word.text.utf8.count >= 2 || word.text == "i" || word.text == "a" else {
      return false
    }
    return !AnswerWords.mathematics.contains(word.text) && scalar(at: word.end) != "(" && scalar(at: word.end) != "^"
      && !isOperator(behind: word)
  }

  private func isOperator(behind word: Word) -> Bool {
    scalar(at: indexAfterBlanks(from: word.end)).map { "=+*/^<>".unicodeScalars.contains($0) } ?? false
  }

  /// Behind at most eight blanks.
  private func indexAfterBlanks(from index: Int) -> Int {
    var end = index
    while end < index + 8, let scalar = scalar(at: end), scalar.isWhiteSpace { end += 1 }
    return end
  }
}
