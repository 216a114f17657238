extension ScannedText {
  /// The last number as it is written, with its sign, separators, exponent and percent sign; nil without one.
  ///
  /// What looks like digits but isn't one number is passed over: indices and exponents on their own (`x_2`, `x^2`), digits in a name (`H2O`),
  /// ordinals (`3rd`), dates, times and versions (`1/2/2023`, `3:45`, `1.2.3`), and the marker of a list's item (`2. Then`).
  /// One pass that reads no digit more than a few times.
  func lastNumber() -> String? {
    var last: Range<Int>?
    var index = 0
    while index < scalars.count {
      if let end = endOfWord(from: index) {
        index = end
        continue
      }
      var scanner = NumberScanner(text: self, index: index)
      guard let number = scanner.next() else {
        index = max(index + 1, scanner.index)
        continue
      }
      index = number.upperBound
      guard isNumberAlone(number), !isListMarker(number) else { continue }
      last = number.lowerBound - signLength(before: number.lowerBound)..<number.upperBound
    }
    return last.map(string)
  }

  /// The end of the name at `index`: a command's letters, or letters with the digits in them.
  ///
  /// Scripts that put no blanks between words may have a number right behind one.
  private func endOfWord(from index: Int) -> Int? {
    var end = index
    if scalars[index] == "\\" {
      if isFraction(at: index) { return nil }
      end += 1
      while let next = scalar(at: end), next.isASCIILetter { end += 1 }
      return max(end, index + 1)
    }
    guard scalars[index].isLetterOfName else { return nil }
    while let next = scalar(at: end), next.isLetterOfName || next.isASCIIDigit { end += 1 }
    return end
  }

  /// The length of the sign before a number, with a dollar sign between them; what follows an operand is an operator, not a sign.
  private func signLength(before start: Int) -> Int {
    var index = start
    if scalar(at: index - 1) == "$" { index -= scalar(at: index - 2) == "\\" ? 2 : 1 }
    guard let sign = scalar(at: index - 1), sign == "-" || sign == "+" || sign == "\u{2212}" else { return 0 }
    let before = scalar(at: index - 2)
    let isOperator = before.map { $0.isASCIIDigit || $0.properties.isAlphabetic || ")]}%".unicodeScalars.contains($0) } ?? false
    return isOperator ? 0 : start - index + 1
  }

  /// Whether the digits at `number` are no part of a longer run such as a date, a version, an index or an ordinal.
  private func isNumberAlone(_ number: Range<Int>) -> Bool {
    var before = number.lowerBound - 1
    if scalar(at: before) == "-" || scalar(at: before) == "+" { before -= 1 }
    if scalar(at: before) == "{" { before -= 1 }
    if let mark = scalar(at: before), mark == "^" || mark == "_" { return false }
    return !["st", "nd", "rd", "th"].contains { suffix in
      has(suffix, at: number.upperBound) && scalar(at: number.upperBound + 2)?.isLetterOfName != true
    }
  }

  /// Whether `number` is at the start of a line, and a period or bracket and more text behind it.
  private func isListMarker(_ number: Range<Int>) -> Bool {
    guard let mark = scalar(at: number.upperBound), mark == "." || mark == ")" else { return false }
    var before = number.lowerBound
    while let previous = scalar(at: before - 1), previous == " " || previous == "*" || previous == "#" || previous == "\t" { before -= 1 }
    guard scalar(at: before - 1)?.endsLine ?? true else { return false }
    let start = number.upperBound + 1
    let next = indexAfterWhiteSpace(from: start, stayOnLine: true)
    return next > start && scalar(at: next).map { !$0.endsLine } ?? false
  }

  /// Whether a `\frac` with an argument stands at `index`.
  func isFraction(at index: Int) -> Bool {
    ["\\frac{", "\\dfrac{", "\\tfrac{"].contains { has($0, at: index) }
  }
}

extension Unicode.Scalar {
  /// Whether digits right behind the scalar belong to its word: letters of alphabets that set words apart by blanks.
  var isLetterOfName: Bool {
    isASCII ? isASCIILetter : value < 0x590 && properties.isAlphabetic
  }
}
