/// How a phrase announces what follows it.
enum PhraseForm {
  /// A verb: "the answer is".
  case verb
  /// A verb that says what must hold: "the answer must be".
  case constraint
  /// A colon.
  case colon
  /// A heading on a line of its own.
  case heading
}

extension ScannedText {
  /// What a phrase states that ends at `start`, read no further than `limit`.
  func statement(from start: Int, before limit: Int, form: PhraseForm) -> Statement {
    var first = startOfContent(from: start, before: limit)
    if form != .heading, let opened = endOfOpener(at: first, before: limit) {
      first = startOfContent(from: opened, before: limit)
    } else if form == .verb || form == .constraint {
      let (next, remark) = afterRemarks(at: first, before: limit, form: form)
      if remark == .nothing { return .nothing }
      first = next
      if let opened = endOfOpener(at: first, before: limit) { first = startOfContent(from: opened, before: limit) }
      if remark == .doubtful {
        if case .answer(let range) = contentOfLine(from: first, before: limit) { return .doubtful(range) }
        return .nothing
      }
    }
    guard first < limit else { return .nothing }
    if startsLine(at: first) {
      if scalars[first] == "#" {
        // A heading of its own is no answer, a number set as one is.
        let line = first..<endOfLine(from: first, before: limit)
        if isPlainText(line) { return .nothing }
        while first < line.upperBound, scalars[first] == "#" { first += 1 }
        first = startOfContent(from: first, before: limit)
        guard first < limit else { return .nothing }
      }
      if let list = list(at: first, before: limit) {
        if list.items > 1 { return stated(first..<list.end, before: limit) }
        first = list.content
      }
    }
    if let block = block(at: first, before: limit) { return block }
    let statement = contentOfLine(from: first, before: limit)
    if form == .verb, case .answer(let range) = statement, isPlainText(range), let word = word(at: range.lowerBound),
      AnswerWords.descriptions.contains(word.text)
    {
      return .doubtful(range)
    }
    if form == .heading, case .answer(let range) = statement, wordCount(in: range) >= 4, isPlainText(range) { return .doubtful(range) }
    return statement
  }

  /// Where content begins behind `index`: white space, closing marks that end a line and marks of quotation don't belong to it.
  private func startOfContent(from index: Int, before limit: Int) -> Int {
    var index = indexAfterWhiteSpace(from: index)
    while index < limit, "*_}>•-=".unicodeScalars.contains(scalars[index]) {
      let mark = scalars[index]
      var end = index
      while end < limit, scalars[end] == mark { end += 1 }
      let next = indexAfterWhiteSpace(from: end, stayOnLine: true)
      let isQuotation = mark == ">" || mark == "•"
      // A line of them is a rule.
      if mark == "-" || mark == "=", end < index + 3 { break }
      guard mark == "}" || isQuotation && next > end || scalar(at: next)?.endsLine == true else { break }
      index = indexAfterWhiteSpace(from: next)
    }
    return min(index, limit)
  }

  /// Whether nothing but blanks stands before `index` on its line.
  private func startsLine(at index: Int) -> Bool {
    var index = index
    while let before = scalar(at: index - 1), before.isWhiteSpace, !before.endsLine { index -= 1 }
    return scalar(at: index - 1)?.endsLine == true
  }

  /// The list at `index`: where its first item's content begins, where the last item ends, how many there are; nil where no item starts.
  private func list(at index: Int, before limit: Int) -> (content: Int, end: Int, items: Int)? {
    guard let content = contentOfItem(at: index), content < limit else { return nil }
    var end = endOfLine(from: index, before: limit)
    var items = 1
    while end < limit {
      let next = indexAfterWhiteSpace(from: end)
      guard next < limit, contentOfItem(at: next) != nil else { break }
      end = endOfLine(from: next, before: limit)
      items += 1
    }
    return (content, end, items)
  }

  /// Where the content of a list's item begins whose marker, `-`, `*`, `•`, `1.` or `1)`, stands at `index`.
  private func contentOfItem(at index: Int) -> Int? {
    guard let mark = scalar(at: index) else { return nil }
    var end = index
    if "-*•".unicodeScalars.contains(mark) {
      end += 1
    } else {
      while end < index + 3, scalar(at: end)?.isASCIIDigit == true { end += 1 }
      guard end > index, scalar(at: end) == "." || scalar(at: end) == ")" else { return nil }
      end += 1
    }
    let content = indexAfterWhiteSpace(from: end, stayOnLine: true)
    return content > end && scalar(at: content)?.endsLine == false ? content : nil
  }

  /// From `start` to the end of the sentence or line, without the prose behind the answer.
  private func contentOfLine(from start: Int, before limit: Int) -> Statement {
    guard start < limit else { return .nothing }
    guard let end = endOfSentence(from: start, before: limit) else { return .cutOff }
    return stated(start..<startOfProse(in: start..<end), before: limit)
  }

  /// The answer in `range`. Where that runs into the phrase at `limit`, which states nothing, the answer is what stands before it on its own.
  func stated(_ range: Range<Int>, before limit: Int) -> Statement {
    var range = range
    if range.upperBound >= limit, limit < scalars.count {
      guard let item = leadingItem(in: range.lowerBound..<max(range.lowerBound, min(range.upperBound, limit))) else { return .nothing }
      range = item
    }
    return unwrapped(range)
  }

  /// The answer in `range` without what encloses it.
  ///
  /// A box that says something comes before all phrases, so one in `range` says nothing or is never closed: the answer is what stands before it
  /// on its own.
  func unwrapped(_ range: Range<Int>) -> Statement {
    var range = range
    if let box = range.first(where: { lengthOfBox(at: $0) != nil }) {
      guard let item = leadingItem(in: range.lowerBound..<box) else { return .nothing }
      range = item
    }
    let answer = withoutEnclosures(range)
    return isNothing(answer) ? .nothing : .answer(answer)
  }

  /// Where the sentence or line ends, behind quotes and emphasis marks; nil where mathematics or an environment is open at the end of the text.
  ///
  /// Mathematics that begins the content, and environments, go on over lines, but not over a blank one.
  private func endOfSentence(from start: Int, before limit: Int) -> Int? {
    var index = start
    var environments = 0
    var dollars = 0
    var brackets = 0
    func isOpen() -> Bool {
      environments > 0 || has("\\(", at: start) && brackets > 0 || scalars[start] == "$" && !dollars.isMultiple(of: 2)
    }
    while index < limit {
      let scalar = scalars[index]
      if scalar.endsLine {
        let isDollar = scalars[start] == "$"
        guard isOpen(), let end = endOfMathematics(from: index, before: limit, isEnvironment: environments > 0, isDollar: isDollar) else {
          break
        }
        if environments == 0 { (brackets, dollars) = (0, dollars + 1) }
        (index, environments) = (end, 0)
        continue
      }
      switch scalar {
      case "\\":
        if has("\\begin{", at: index) { environments += 1 }
        if has("\\end{", at: index) { environments -= 1 }
        if has("\\(", at: index) { brackets += 1 }
        if has("\\)", at: index) { brackets -= 1 }
        // An escaped dollar opens nothing.
        if index + 1 < limit, scalars[index + 1] == "$" { index += 1 }
      case "$": dollars += 1
      case "<":
        if has("</answer>", at: index) || has("</s>", at: index) || scalars.indices.contains(index + 1) && scalars[index + 1] == "|" {
          return index
        }
      case ".":
        guard environments == 0, endsSentence(at: index), !endsAbbreviation(at: index) else { break }
        if let next = indexAfterClosers(from: index + 1) { return min(next, limit) }
        if startsSentence(at: index + 1), index > start, isEndOfItem(scalars[index - 1]) { return index }
      default: break
      }
      index += 1
    }
    guard index == scalars.count else { return index }
    // A dollar sign alone may be money.
    return isOpen() && (scalars[start] != "$" || environments > 0 || startsCommand(at: start + 1)) ? nil : index
  }

  /// Behind the mark that closes mathematics open at the line break at `index`; nil where a blank line or `limit` comes first.
  private func endOfMathematics(from index: Int, before limit: Int, isEnvironment: Bool, isDollar: Bool) -> Int? {
    var index = index
    var lineIsBlank = false
    while index < limit {
      let scalar = scalars[index]
      if isEnvironment {
        if has("\\end{", at: index) { return endOfLineOrBrace(from: index, before: limit) }
      } else if scalar == "\n" {
        if lineIsBlank { return nil }
        lineIsBlank = true
      } else if !scalar.isWhiteSpace {
        lineIsBlank = false
        if isDollar, scalar == "$", scalars[index - 1] != "\\" { return index + 1 }
        if !isDollar, has("\\)", at: index) { return index + 2 }
      }
      index += 1
    }
    return nil
  }

  private func endOfLineOrBrace(from index: Int, before limit: Int) -> Int {
    var index = index
    while index < limit, scalars[index] != "}", !scalars[index].endsLine { index += 1 }
    return min(index + 1, limit)
  }

  /// The end of the quotes and emphasis marks from `index` on, if white space or the end of the text follows them.
  private func indexAfterClosers(from index: Int) -> Int? {
    var index = index
    while let next = scalar(at: index), next == "*" || next == "\"" || next == "”" { index += 1 }
    if scalar(at: index) == "<", scalar(at: index + 1) == "|" || has("</s>", at: index) { return index }
    return scalar(at: index)?.isWhiteSpace == false ? nil : index
  }

  /// Whether the period at `index` is that of an abbreviation before a name or a number: "Dr. Smith", "U.S. Navy", "approx. 5".
  private func endsAbbreviation(at index: Int) -> Bool {
    let next = indexAfterWhiteSpace(from: index + 1, stayOnLine: true)
    guard next > index + 1, let following = scalar(at: next), !following.endsLine else { return false }
    var start = index
    while start > index - 8, let letter = scalar(at: start - 1), letter.isASCIILetter { start -= 1 }
    if index - start == 1, scalar(at: start - 1) == ".", scalar(at: start - 2)?.isASCIILetter == true {
      return ("A"..."Z").contains(following)
    }
    return AnswerWords.abbreviations.contains(string(start..<index))
  }

  /// Whether a capital and a small letter stand at `index`, as where a blank behind a period is missing.
  private func startsSentence(at index: Int) -> Bool {
    guard let first = scalar(at: index), let second = scalar(at: index + 1) else { return false }
    return ("A"..."Z").contains(first) && ("a"..."z").contains(second)
  }

  private func startsCommand(at index: Int) -> Bool { scalar(at: index) == "\\" && scalar(at: index + 1)?.isASCIILetter == true }

  /// Whether an answer of its own may end with the scalar.
  private func isEndOfItem(_ scalar: Unicode.Scalar) -> Bool { scalar.isASCIIDigit || "$)*}]%".unicodeScalars.contains(scalar) }

  /// Whether ASCII `literal` stands in `range`.
  func contains(_ literal: String, in range: Range<Int>) -> Bool { range.contains { has(literal, at: $0) } }

  /// A formula, a bold text, a number or a letter of a choice at the start of `range`, all of it within.
  private func leadingItem(in range: Range<Int>) -> Range<Int>? {
    let range = trimmed(range)
    guard let first = range.first else { return nil }
    for (open, close) in [("**", "**"), ("$", "$"), ("\\(", "\\)")] where has(open, at: first) {
      let start = first + open.utf8.count
      guard let end = (start..<max(start, range.upperBound)).first(where: { has(close, at: $0) }), end > start else { return nil }
      return first..<min(end + close.utf8.count, range.upperBound)
    }
    let isSigned = scalars[first] == "-" || scalars[first] == "+" || scalars[first] == "\u{2212}"
    var scanner = NumberScanner(text: self, index: isSigned ? first + 1 : first)
    if let number = scanner.next(), number.upperBound <= range.upperBound { return first..<number.upperBound }
    if scalars[first] == "(", let letter = scalar(at: first + 1), ("A"..."J").contains(letter), scalar(at: first + 2) == ")" {
      return first..<first + 3
    }
    if ("A"..."J").contains(scalars[first]), scalar(at: first + 1)?.isLetterOfName != true { return first..<first + 1 }
    return nil
  }

  /// The words in `range`, at most ten of them counted.
  func wordCount(in range: Range<Int>) -> Int {
    var count = 0
    var index = range.lowerBound
    while index < range.upperBound, count < 10 {
      let start = index
      while index < range.upperBound, scalars[index].isASCIILetter || scalars[index] == "'" { index += 1 }
      if index > start + 1 || index == start + 1 && scalars[start].isASCIILetter { count += 1 }
      if index == start { index += 1 }
    }
    return count
  }

  /// Whether `range` has no digit and no mathematics.
  func isPlainText(_ range: Range<Int>) -> Bool {
    !range.contains { scalars[$0].isASCIIDigit || "$\\=<>^_+/".unicodeScalars.contains(scalars[$0]) }
  }

  /// Whether `range` starts like the heading of a step: "Step 2", "Part (a)".
  func startsWithStep(_ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound, scalars[index] == "*" { index += 1 }
    guard let word = word(at: index), ["step", "part", "case", "method", "approach", "solution", "example"].contains(word.text) else {
      return false
    }
    let next = indexAfterWhiteSpace(from: word.end, stayOnLine: true)
    return scalar(at: next).map { $0.isASCIIDigit || $0 == "(" || $0 == ":" } ?? false
  }
}
