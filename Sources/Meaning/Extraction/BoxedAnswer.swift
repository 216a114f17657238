extension ScannedText {
  /// The boxes of the text: the trimmed content of the last complete one by where it starts, blank ones left out, and whether any is
  /// never closed.
  ///
  /// One pass with a stack of open braces, so unclosed boxes in boxes stay linear. Boxes close from the inside out, hence the last start is
  /// kept, not the last end.
  func boxes() -> (last: String?, isCutOff: Bool) {
    var openBraces: [(content: Int, box: Int?)] = []
    var best: (box: Int, content: Range<Int>)?
    var boxOfBrace: (brace: Int, box: Int)?
    var index = 0
    while index < scalars.count {
      switch scalars[index] {
      case "\\":
        // `\boxed` counts even behind a backslash: a doubled one is a common slip, and LaTeX has no other use for it.
        let box = lengthOfBox(at: index) != nil ? index : index + 1
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
    return (best.map { string($0.content) }, openBraces.contains { $0.box != nil })
  }

  /// The length of the `\boxed` or `\fbox` at `index`; nil if neither stands there. Unlike words, commands have their case.
  private func lengthOfBox(at index: Int) -> Int? {
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

  /// The index of the brace that opens the box at `index`, if a box with a brace stands there.
  private func braceOfBox(at index: Int) -> Int? {
    guard let length = lengthOfBox(at: index) else { return nil }
    let brace = indexAfterWhiteSpace(from: index + length)
    return scalar(at: brace) == "{" ? brace : nil
  }
}
