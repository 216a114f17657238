/// The letters by which an answer names options.
struct LetterAnswer {
  /// The options, 0 for A; empty when the answer names none by letter.
  private(set) var options: Set<Int> = []

  /// Whether a text follows the letter.
  private(set) var hasText = false

  /// Whether what follows the letter may as well be the rest of a name, a list or a difference: `E. coli`, `A, x`, `A - x`.
  private(set) var isDoubtful = false

  private var rest: ArraySlice<Unicode.Scalar>

  /// Reads an answer. O(n).
  init(_ answer: String) {
    let tokens = LatexToken.unwrapped(LatexToken.withoutAppearance(LatexToken.tokens(of: answer))[...])
    rest = tokens.map(Self.scalar)[...]
    read()
  }

  private static func scalar(of token: LatexToken) -> Unicode.Scalar {
    switch token {
    case .scalar(let scalar): scalar
    case .space: " "
    // A backslash is no part of any letter's marks, so a command is text.
    case .command: "\\"
    }
  }

  private mutating func read() {
    skipLead()
    guard let first = takeLetter() else { return }
    options = [first.letter]
    skip(" ")
    if rest.isEmpty { return }
    if let others = otherLetters(after: first) {
      options.formUnion(others)
    } else if first.isSetOff {
      (hasText, isDoubtful) = (true, first.hasPeriod)
    } else if first.isUpperCase, isCommaOrDash {
      (hasText, isDoubtful) = (true, true)
    } else {
      options = []
    }
  }

  private static let leadWords: Set<String> = [
    "the", "correct", "right", "best", "final", "answer", "option", "options", "choice", "choices", "letter", "is",
  ]

  /// Skips `The correct answer is`, `Option`, quotes and emphasis.
  private mutating func skipLead() {
    while true {
      skip(" \"'“‘*_:$")
      let word = rest.prefix(8).prefix(while: \.isASCIILetter)
      guard word.count > 1, rest.dropFirst(word.count).first?.isASCIILetter != true else { return }
      guard Self.leadWords.contains(String(String.UnicodeScalarView(word)).lowercased()) else { return }
      rest = rest.dropFirst(word.count)
    }
  }

  /// A letter with the marks around it.
  private struct Letter {
    var letter: Int
    var isSetOff: Bool
    var hasPeriod: Bool
    var isUpperCase: Bool
  }

  private mutating func takeLetter() -> Letter? {
    let opening = rest.first
    let closing: Unicode.Scalar? = opening == "(" ? ")" : opening == "[" ? "]" : nil
    var tail = closing == nil ? rest : rest.dropFirst().drop { $0 == " " }
    guard let scalar = tail.popFirst(), scalar.isASCIILetter, let letter = Unicode.Scalar(scalar.lowercasedASCII - 32).optionLetter else {
      return nil
    }
    var result = Letter(letter: letter, isSetOff: false, hasPeriod: false, isUpperCase: scalar.optionLetter != nil)
    if let closing {
      tail = tail.drop { $0 == " " }
      guard tail.popFirst() == closing else { return nil }
      result.isSetOff = true
      if tail.first == "." || tail.first == ":" { tail.removeFirst() }
    } else if let mark = tail.first, mark == "." || mark == ")" || mark == ":" {
      tail.removeFirst()
      result.isSetOff = true
      result.hasPeriod = mark == "."
    } else if tail.first?.isASCIILetter == true || tail.first?.isASCIIDigit == true {
      return nil
    }
    rest = tail.drop { "\"'”’*_$".unicodeScalars.contains($0) }
    // What follows a period at once goes on with it: A.M.
    if result.hasPeriod, let next = rest.first, next.isASCIILetter || next.isASCIIDigit { return nil }
    return result
  }

  /// The further letters of `A and C` or `(A), (C)`; nil if anything else follows. In small letters they could be variables or articles.
  private func otherLetters(after first: Letter) -> Set<Int>? {
    guard first.isUpperCase else { return nil }
    var copy = self
    var letters: Set<Int> = []
    while !copy.rest.isEmpty {
      var isJoined = false
      copy.skip(" ")
      while let mark = copy.rest.first, mark == "," || mark == ";" || mark == "&" {
        copy.rest.removeFirst()
        copy.skip(" ")
        isJoined = true
      }
      if String(String.UnicodeScalarView(copy.rest.prefix(4))).lowercased() == "and " {
        copy.rest = copy.rest.dropFirst(4)
        copy.skip(" ")
        isJoined = true
      }
      guard isJoined, let next = copy.takeLetter(), next.isUpperCase else { return nil }
      letters.insert(next.letter)
      copy.skip(" ")
    }
    return letters
  }

  /// Whether a comma, or a dash with a blank behind it, comes next.
  private var isCommaOrDash: Bool {
    guard let mark = rest.first, "-–—,".unicodeScalars.contains(mark) else { return false }
    return rest.dropFirst().first == " "
  }

  private mutating func skip(_ marks: String) {
    rest = rest.drop { marks.unicodeScalars.contains($0) }
  }
}
