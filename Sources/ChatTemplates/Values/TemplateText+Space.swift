extension Unicode.Scalar {
  /// White space as Python's `str.isspace` has it.
  var isTemplateSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// The line ends of Python's `str.splitlines`.
  var isTemplateLineBreak: Bool {
    switch value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}

/// Which ends of a text are stripped.
struct TextEnds: OptionSet {
  let rawValue: Int
  static let leading = TextEnds(rawValue: 1)
  static let trailing = TextEnds(rawValue: 2)
  static let both: TextEnds = [.leading, .trailing]
}

extension TemplateText {
  /// Without white space, or without the scalars of `characters`, at its ends.
  func stripped(_ ends: TextEnds, of characters: TemplateText? = nil) -> TemplateText {
    let set = characters.map { Set($0.scalars) }
    let isStripped = { (scalar: Unicode.Scalar) in set?.contains(scalar) ?? scalar.isTemplateSpace }
    var view = Substring.UnicodeScalarView(scalars)
    if ends.contains(.leading) { view = view.drop(while: isStripped) }
    if ends.contains(.trailing) {
      while let last = view.last, isStripped(last) { view.removeLast() }
    }
    return TemplateText(bytes: Array(String(view).utf8), isMarkup: isMarkup)
  }

  /// The words between runs of white space; after `limit` of them, the rest as it is.
  func words(limit: Int = .max) -> [TemplateText] {
    var words: [TemplateText] = []
    var rest = Substring.UnicodeScalarView(scalars).drop { $0.isTemplateSpace }
    while !rest.isEmpty {
      guard words.count < limit else {
        words.append(TemplateText(bytes: Array(String(rest).utf8), isMarkup: isMarkup))
        break
      }
      let word = rest.prefix { !$0.isTemplateSpace }
      words.append(TemplateText(bytes: Array(String(word).utf8), isMarkup: isMarkup))
      rest = rest[word.endIndex...].drop { $0.isTemplateSpace }
    }
    return words
  }

  /// As ``words(limit:)``, counted from the end.
  func wordsFromEnd(limit: Int) -> [TemplateText] {
    TemplateText(scalars: scalars.reversed(), isMarkup: isMarkup).words(limit: limit).reversed().map {
      TemplateText(scalars: $0.scalars.reversed(), isMarkup: isMarkup)
    }
  }

  /// The lines, with their ends where asked.
  func lines(keepingEnds: Bool) -> [TemplateText] {
    var lines: [TemplateText] = []
    var line = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    func end() {
      lines.append(TemplateText(bytes: Array(String(line).utf8), isMarkup: isMarkup))
      line.removeAll()
    }
    for scalar in scalars {
      // The two scalars of a carriage return with line feed end one line.
      if previous == "\r" {
        if scalar == "\n", keepingEnds { line.append(scalar) }
        end()
        previous = nil
        if scalar == "\n" { continue }
      }
      if scalar.isTemplateLineBreak {
        if keepingEnds { line.append(scalar) }
        if scalar == "\r" {
          previous = scalar
        } else {
          end()
        }
      } else {
        line.append(scalar)
      }
    }
    if previous == "\r" || !line.isEmpty { end() }
    return lines
  }
}
