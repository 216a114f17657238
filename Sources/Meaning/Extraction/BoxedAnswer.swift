extension ScannedText {
  /// A box: where it starts, what is in it, and where it ends.
  private struct Box {
    var start: Int
    var content: Range<Int>
    var end: Int
  }

  /// The boxes of the text: the trimmed content of the last complete one by where it starts, those that say nothing left out, and whether any
  /// is never closed.
  ///
  /// One pass with a stack of open braces, so unclosed boxes in boxes stay linear. Boxes close from the inside out, hence the last start
  /// counts, not the last end.
  func boxes() -> (last: String?, isCutOff: Bool) {
    var openBraces: [(content: Int, box: Int?)] = []
    var boxes: [Box] = []
    var boxOfBrace: (brace: Int, box: Int)?
    var endsInBox = false
    var index = 0
    while index < scalars.count {
      switch scalars[index] {
      case "\\":
        // `\boxed` counts even behind a backslash: a doubled one is a common slip, and LaTeX has no other use for it.
        let box = lengthOfBox(at: index) != nil ? index : index + 1
        if let length = lengthOfBox(at: box) {
          let argument = indexAfterWhiteSpace(from: box + length)
          if scalar(at: argument) == "{" {
            boxOfBrace = (argument, box)
          } else if let content = bareArgument(at: argument, isSpaced: argument > box + length) {
            boxes.append(Box(start: box, content: content, end: content.upperBound))
          } else if argument == scalars.count {
            endsInBox = true
          }
          index = argument
        } else {
          // What a backslash escapes, a brace above all, has no meaning of its own.
          index += 2
        }
      case "{":
        openBraces.append((index + 1, boxOfBrace?.brace == index ? boxOfBrace?.box : nil))
        index += 1
      case "}":
        if let (start, box) = openBraces.popLast(), let box {
          boxes.append(Box(start: box, content: trimmed(start..<index), end: index + 1))
        }
        index += 1
      default:
        index += 1
      }
    }
    return (lastContent(of: boxes), endsInBox || openBraces.contains { $0.box != nil })
  }

  /// The content of the last box by where it starts that says anything, with those that it is the end of a list of. What is known to say nothing
  /// isn't read again in the boxes around it.
  private func lastContent(of boxes: [Box]) -> String? {
    var silent: [Int: Int] = [:]
    let latestFirst = boxes.sorted { $0.start > $1.start }
    for (place, box) in latestFirst.enumerated() {
      if !isNothing(box.content, silent: silent) { return list(endingWith: box, after: latestFirst[(place + 1)...]) }
      silent[box.start] = box.end
    }
    return nil
  }

  /// The contents of `box` and of those before it that nothing but "and", "or" or a comma parts, as one list: `\boxed{2}$ and $\boxed{3}` is
  /// `2, 3`. A content that is repeated stands once.
  private func list(endingWith box: Box, after earlier: ArraySlice<Box>) -> String {
    var contents = [string(box.content)]
    var start = box.start
    for box in earlier {
      // A box around the others, or one within one of them, is no item.
      guard box.end <= start, areListed(between: box.end, and: start) else { break }
      let content = string(box.content)
      if !isNothing(box.content, silent: [:]), !contents.contains(content) { contents.append(content) }
      start = box.start
    }
    return contents.reversed().joined(separator: ", ")
  }

  /// Whether what stands between two boxes on a line lists them: a comma, "and" or "or", besides delimiters of mathematics.
  private func areListed(between start: Int, and end: Int) -> Bool {
    guard start < end, end - start <= 40 else { return false }
    var text = string(start..<end)
    guard !text.unicodeScalars.contains(where: \.endsLine) else { return false }
    for delimiter in ["\\(", "\\)", "\\[", "\\]", "\\text{", "}", "$", "*", "\\quad", "\\qquad", "\\ ", "\\,", " "] {
      text = text.replacing(delimiter, with: "")
    }
    return [",", "and", "or", ",and", ",or", "&", "\\&", ";"].contains(text)
  }

  /// The length of the `\boxed` or `\fbox` at `index`; nil if neither stands there. Unlike words, commands have their case.
  func lengthOfBox(at index: Int) -> Int? {
    guard scalar(at: index) == "\\" else { return nil }
    return stands("boxed", at: index + 1) ? 6 : stands("fbox", at: index + 1) ? 5 : nil
  }

  private func stands(_ name: String, at index: Int) -> Bool {
    var index = index
    for scalar in name.unicodeScalars {
      guard self.scalar(at: index) == scalar else { return false }
      index += 1
    }
    return true
  }

  /// The argument without braces at `index`: a number with its sign, a command with its arguments, a letter that nothing is written behind.
  ///
  /// TeX would take one token. A model that writes `\boxed 42` means 42, not 4 with a 2 behind the box. A word is no argument: `\boxed notation`
  /// speaks of the command.
  private func bareArgument(at index: Int, isSpaced: Bool) -> Range<Int>? {
    var start = index
    if let sign = scalar(at: start), sign == "-" || sign == "+" || sign == "\u{2212}" { start += 1 }
    var scanner = NumberScanner(text: self, index: start)
    if let number = scanner.next() { return index..<number.upperBound }
    guard let first = scalar(at: start) else { return nil }
    if first == "$" {
      let close = (start + 1..<min(start + 200, scalars.count)).first { scalars[$0] == "$" || scalars[$0].endsLine }
      return close.flatMap { scalars[$0] == "$" && $0 > start + 1 && isSpaced ? start + 1..<$0 : nil }
    }
    if first == "\\", let end = endOfCommand(at: start) { return index..<end }
    guard first.isASCIILetter, isSpaced || start > index else { return nil }
    let next = indexAfterWhiteSpace(from: start + 1, stayOnLine: true)
    let isAlone = scalar(at: next).map { $0.endsLine || "$\\.,)*".unicodeScalars.contains($0) } ?? true
    return isAlone ? index..<start + 1 : nil
  }

  /// Behind the command at `index` and its arguments: `\frac12`, `\sqrt[3]{2}`, `\pi`; nil for a command that isn't of letters.
  private func endOfCommand(at index: Int) -> Int? {
    var end = index + 1
    while let letter = scalar(at: end), letter.isASCIILetter { end += 1 }
    guard end > index + 1 else { return nil }
    let arguments = ["\\frac", "\\dfrac", "\\tfrac", "\\binom"].contains { has($0, at: index) && end == index + $0.utf8.count } ? 2 : 1
    for _ in 0..<arguments {
      switch scalar(at: end) {
      case "{", "[":
        guard let close = endOfGroup(at: end) else { return nil }
        end = close
        if scalar(at: close - 1) == "]", scalar(at: end) == "{" {
          guard let close = endOfGroup(at: end) else { return nil }
          end = close
        }
      case let digit? where digit.isASCIIDigit: end += 1
      default: break
      }
    }
    return end
  }

  /// Behind the group in braces or brackets at `index`; nil where it isn't closed within 200 scalars, which keeps the scan linear.
  private func endOfGroup(at index: Int) -> Int? {
    var depth = 0
    for place in index..<min(index + 200, scalars.count) {
      if scalars[place] == "{" || scalars[place] == "[" { depth += 1 }
      if scalars[place] == "}" || scalars[place] == "]" { depth -= 1 }
      if depth == 0 { return place + 1 }
    }
    return nil
  }
}
