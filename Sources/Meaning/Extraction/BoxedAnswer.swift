extension ScannedText {
  /// The trimmed content of the last complete `\boxed{…}` by where it starts, blank ones left out.
  ///
  /// One pass with a stack of open braces, so unclosed boxes in boxes stay linear. Boxes close from the inside out, hence the last start is
  /// kept, not the last end.
  func lastBoxedContent() -> String? {
    var openBraces: [(content: Int, box: Int?)] = []
    var best: (box: Int, content: Range<Int>)?
    var boxOfBrace: (brace: Int, box: Int)?
    var index = 0
    while index < scalars.count {
      switch scalars[index] {
      case "\\":
        // `\boxed` counts even behind a backslash: a doubled one is a common slip, and LaTeX has no other use for it.
        let box = startsBox(at: index) ? index : index + 1
        if let brace = braceOfBox(at: box) { boxOfBrace = (brace, box) }
        // What a backslash escapes, a brace above all, has no meaning of its own.
        index += 2
      case "{":
        openBraces.append((index + 1, boxOfBrace?.brace == index ? boxOfBrace?.box : nil))
        index += 1
      case "}":
        if let (start, box) = openBraces.popLast(), let box, box > best?.box ?? -1 {
          let content = trimmed(start..<index)
          if !content.isEmpty { best = (box, content) }
        }
        index += 1
      default:
        index += 1
      }
    }
    return best.map { string($0.content) }
  }

  private func startsBox(at index: Int) -> Bool {
    scalar(at: index) == "\\" && scalar(at: index + 1) == "b" && scalar(at: index + 2) == "o" && scalar(at: index + 3) == "x"
      && scalar(at: index + 4) == "e" && scalar(at: index + 5) == "d"
  }

  /// The index of the brace that opens the box at `index`, if a box with a brace stands there.
  private func braceOfBox(at index: Int) -> Int? {
    guard startsBox(at: index) else { return nil }
    let brace = indexAfterWhiteSpace(from: index + 6)
    return scalar(at: brace) == "{" ? brace : nil
  }
}
