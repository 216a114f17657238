/// Reads one number at a place of a text, by its spelling alone: what it is worth is for a judge to say.
///
///     number   := fraction | decimal power? ("/" decimal)? percent? | integer " " integer "/" integer
///     fraction := \frac "{" sign? decimal "}" "{" sign? decimal "}"
///     decimal  := digits or groups of three, an optional fraction, an optional exponent
///     power    := times 10 exponent | exponent            exponent := "^" (sign? digits | "{" sign? digits "}")
struct NumberScanner {
  let text: ScannedText
  private(set) var index: Int

  init(text: ScannedText, index: Int) {
    self.text = text
    self.index = index
  }

  /// The number at the index; nil where none starts, or where its digits run on into something else. The index is behind all that was read.
  mutating func next() -> Range<Int>? {
    let start = index
    if text.isFraction(at: start) { return takeFraction() ? start..<index : nil }
    // The last dot of an ellipsis is no decimal point.
    if text.scalar(at: start) == ".", text.scalar(at: start - 1) == "." { return nil }
    guard takeDecimal() else { return nil }
    let isInteger = (start..<index).allSatisfy { text.scalars[$0].isASCIIDigit }
    if !takeScale() { _ = takeExponent() }
    if text.scalar(at: index) == "/", isDigit(at: index + 1) {
      index += 1
      _ = takeDecimal()
    } else if isInteger {
      takeProperFraction()
    }
    if skipRun() { return nil }
    takePercent()
    return start..<index
  }

  private func isDigit(at index: Int) -> Bool { text.scalar(at: index)?.isASCIIDigit == true }

  private mutating func takeDigits() -> Int {
    let start = index
    while isDigit(at: index) { index += 1 }
    return index - start
  }

  private mutating func takeDecimal() -> Bool {
    let whole = takeDigits()
    if (1...3).contains(whole) {
      while let length = separatorLength(at: index), hasThreeDigits(at: index + length) { index += length + 3 }
    }
    if text.scalar(at: index) == ".", isDigit(at: index + 1) {
      index += 1
      _ = takeDigits()
    } else if whole == 0 {
      return false
    }
    if text.has("e", at: index) {
      let sign = text.scalar(at: index + 1).map { $0 == "-" || $0 == "+" } ?? false
      if isDigit(at: index + (sign ? 2 : 1)) {
        index += sign ? 2 : 1
        _ = takeDigits()
      }
    }
    return true
  }

  /// The length of a `,`, `{,}` or `,\!` between groups of three digits.
  private func separatorLength(at index: Int) -> Int? {
    if text.has("{,}", at: index) || text.has(",\\!", at: index) { return 3 }
    return text.scalar(at: index) == "," ? 1 : nil
  }

  private func hasThreeDigits(at index: Int) -> Bool {
    isDigit(at: index) && isDigit(at: index + 1) && isDigit(at: index + 2) && !isDigit(at: index + 3)
  }

  private mutating func takeFraction() -> Bool {
    while text.scalar(at: index) != "{" { index += 1 }
    return takeArgument() && takeArgument()
  }

  /// A number in braces, where one is.
  private mutating func takeArgument() -> Bool {
    guard text.scalar(at: index) == "{" else { return false }
    index += 1
    if let sign = text.scalar(at: index), sign == "-" || sign == "+" { index += 1 }
    guard takeDecimal(), text.scalar(at: index) == "}" else { return false }
    index += 1
    return true
  }

  /// `× 10^n`, in its spellings, where it is.
  private mutating func takeScale() -> Bool {
    var rest = self
    rest.index = text.indexAfterWhiteSpace(from: index, stayOnLine: true)
    let signs = ["\\times", "\\cdot", "*", "x"]
    if let sign = signs.first(where: { text.has($0, at: rest.index) }) {
      rest.index += sign.utf8.count
    } else if let sign = text.scalar(at: rest.index), sign == "×" || sign == "·" || sign == "⋅" {
      rest.index += 1
    } else {
      return false
    }
    rest.index = text.indexAfterWhiteSpace(from: rest.index, stayOnLine: true)
    guard text.has("10", at: rest.index) else { return false }
    rest.index += 2
    guard rest.takeExponent() else { return false }
    self = rest
    return true
  }

  private mutating func takeExponent() -> Bool {
    guard text.scalar(at: index) == "^" else { return false }
    var rest = self
    rest.index += 1
    let isBraced = text.scalar(at: rest.index) == "{"
    if isBraced { rest.index += 1 }
    if let sign = text.scalar(at: rest.index), sign == "-" || sign == "+" || sign == "\u{2212}" { rest.index += 1 }
    guard rest.takeDigits() > 0 else { return false }
    if isBraced {
      guard text.scalar(at: rest.index) == "}" else { return false }
      rest.index += 1
    }
    self = rest
    return true
  }

  /// The ` a/b` of a mixed number, or its `\frac{a}{b}`, where it is.
  private mutating func takeProperFraction() {
    var rest = self
    if text.scalar(at: index) == " " { rest.index += 1 }
    if text.isFraction(at: rest.index) {
      if rest.takeFraction() { self = rest }
      return
    }
    let start = rest.index
    guard start > index, rest.takeDigits() > 0, text.scalar(at: rest.index) == "/", isDigit(at: rest.index + 1) else { return }
    rest.index += 1
    _ = rest.takeDigits()
    self = rest
  }

  /// Whether the digits run on, as those of dates, times and versions do; the index is then behind all of them.
  private mutating func skipRun() -> Bool {
    let start = index
    while let mark = text.scalar(at: index), mark == "." || mark == "/" || mark == ":", isDigit(at: index + 1) {
      index += 1
      _ = takeDigits()
    }
    return index > start
  }

  private mutating func takePercent() {
    let next = text.scalar(at: index) == " " ? index + 1 : index
    if text.scalar(at: next) == "%" {
      index = next + 1
    } else if text.has("\\%", at: next) {
      index = next + 2
    }
  }
}
