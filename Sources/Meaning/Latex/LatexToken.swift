/// A lexical unit of an answer, whether it is written in LaTeX or not.
enum LatexToken: Hashable {
  /// A control sequence without its backslash: a word (`frac`) or one scalar (`{`, `%`, `!`).
  case command(String)

  /// A scalar that stands for itself.
  case scalar(Unicode.Scalar)

  /// A run of white space: blanks, `~`, and commands that only space things out.
  case space
}

extension LatexToken {
  /// Splits a text into tokens: as TeX would, except that every scalar is a token and a backslash at the end stands for itself. O(n).
  static func tokens(of text: String) -> [LatexToken] {
    var tokens: [LatexToken] = []
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if scalar == "\\", index < scalars.count {
        let start = index
        while index < scalars.count, scalars[index].isASCIILetter { index += 1 }
        if index == start { index += 1 }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: scalars[start..<index])
        tokens.append(.command(String(name)))
        continue
      }
      if scalar == "~" || scalar.isWhiteSpace {
        if tokens.last != .space { tokens.append(.space) }
      } else {
        // The minus sign proper is what the hyphen stands for in ASCII.
        tokens.append(.scalar(scalar == "\u{2212}" ? "-" : scalar))
      }
    }
    return tokens
  }

  /// Whether the token is the scalar `scalar`.
  func `is`(_ scalar: Unicode.Scalar) -> Bool { self == .scalar(scalar) }

  /// The value of an ASCII digit.
  var digit: Unicode.Scalar? {
    guard case .scalar(let scalar) = self, scalar.isASCIIDigit else { return nil }
    return scalar
  }
}

extension Unicode.Scalar {
  /// Whether the scalar is one of TeX's letters of command names.
  var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
