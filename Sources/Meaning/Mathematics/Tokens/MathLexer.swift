/// Splits an answer into tokens of mathematics, LaTeX and plain notation alike. O(n).
struct MathLexer {
  /// How letters in a row are read.
  enum Letters { case mathematics, font, upright, text }

  let scalars: [Unicode.Scalar]
  var index = 0
  var lexemes: [Lexeme] = []
  var isSpaced = false
  /// For each open brace, whether it belongs to a font and so is no group, and how letters outside of it are read.
  private var braces: [(isFont: Bool, outside: Letters)] = []
  var letters = Letters.mathematics
  var pendingFont: Letters?

  private init(_ text: String) {
    scalars = text.utf8.allSatisfy { $0 < 0x80 } ? Array(text.unicodeScalars) : text.unicodeScalars.compactMap(\.plain)
    lexemes.reserveCapacity(scalars.count)
  }

  /// The tokens of `text`.
  static func lexemes(of text: String) -> [Lexeme] {
    var lexer = MathLexer(text)
    while lexer.index < lexer.scalars.count { lexer.step() }
    // What was cut off is no mathematics, even where the brace that is missing would only close a font.
    if !lexer.braces.isEmpty { lexer.emit(.unknown) }
    return lexer.lexemes
  }

  mutating func emit(_ token: MathToken) {
    lexemes.append(Lexeme(token: token, isSpaced: isSpaced))
    isSpaced = false
    pendingFont = nil
  }

  mutating func emit(_ symbol: MathToken.Symbol) { emit(.symbol(symbol)) }

  func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    index + offset < scalars.count ? scalars[index + offset] : nil
  }

  private mutating func step() {
    let scalar = scalars[index]
    if scalar.isASCIILetter { return takeLetters() }
    index += 1
    if scalar.isASCIIDigit { return emit(.digit(UInt8(scalar.value - 48))) }
    switch scalar {
    case "\\": takeCommand()
    case " ", "\t", "\n", "\r", "~": isSpaced = true
    case "{": openBrace()
    case "}": closeBrace()
    case "+":
      if peek() == "/", peek(1) == "-" { index += 2; emit(.plusMinus) } else { emit(.plus) }
    case "-": emit(.minus)
    case "*":
      if peek() == "*" { index += 1; emit(.caret) } else { emit(.times) }
    case "/": emit(.divide)
    case "^": emit(.caret)
    case "_": emit(.underscore)
    case "(": emit(.openParenthesis)
    case ")": emit(.closeParenthesis)
    case "[": emit(.openBracket)
    case "]": emit(.closeBracket)
    case "|": emit(.bar)
    case ",": takeComma()
    case ";": emit(.semicolon)
    case ":":
      if peek() == "=" { index += 1; emit(.equal) } else { emit(.colon) }
    case "=":
      if peek() == "=" { index += 1 }
      emit(.equal)
    case "<": takeRelation(.less, orEqual: .lessOrEqual)
    case ">": takeRelation(.greater, orEqual: .greaterOrEqual)
    case "!":
      if peek() == "=" { index += 1; emit(.notEqual) } else { emit(.exclamation) }
    case "%": emit(.percent)
    case "'": emit(.prime)
    case "&": emit(.ampersand)
    case ".": takePeriod()
    case "$":
      // What is in dollars is a piece by itself: `$1$,$300$` is no 1,300.
      isSpaced = true
      pendingFont = nil
    case "€", "£", "¥", "`", "\"", "“", "”", "„", "«", "»": pendingFont = nil
    default: takeSign(scalar)
    }
  }

  private mutating func takeRelation(_ strict: MathToken.Symbol, orEqual: MathToken.Symbol) {
    if peek() == "=" {
      index += 1
      emit(orEqual)
    } else if strict == .less, peek() == ">" {
      index += 1
      emit(.notEqual)
    } else {
      emit(strict)
    }
  }

  private mutating func takePeriod() {
    if peek() == ".", peek(1) == "." {
      index += 2
      emit(.ellipsis)
    } else {
      emit(.period)
    }
  }

  /// A comma; `,\!` is one that parts digits only.
  private mutating func takeComma() {
    guard peek() == "\\", peek(1) == "!" else { return emit(.comma) }
    index += 2
    emit(.digitComma)
    while let next = peek(), next.isWhiteSpace || next == "~" { index += 1 }
  }

  private mutating func openBrace() {
    if pendingFont == nil, peek() == ",", peek(1) == "}" {
      index += 2
      return emit(.digitComma)
    }
    if pendingFont == nil, peek() == ":", peek(1) == "}" {
      index += 2
      return emit(.colon)
    }
    // What is in color or large from end to end.
    if lexemes.isEmpty, pendingFont == nil, startsWithAppearance { pendingFont = letters }
    braces.append((pendingFont != nil, letters))
    if let font = pendingFont {
      letters = font
      pendingFont = nil
    } else {
      emit(.openBrace)
    }
  }

  private mutating func closeBrace() {
    guard let brace = braces.popLast() else { return emit(.closeBrace) }
    letters = brace.outside
    if brace.isFont { pendingFont = nil } else { emit(.closeBrace) }
  }

  private mutating func takeSign(_ scalar: Unicode.Scalar) {
    if let token = MathVocabulary.signs[scalar] { return emit(token) }
    if takeSmall(startingWith: scalar, of: MathVocabulary.superscripts, behind: .caret) { return }
    if takeSmall(startingWith: scalar, of: MathVocabulary.subscripts, behind: .underscore) { return }
    if let (numerator, denominator) = MathVocabulary.fractions[scalar] {
      emit(.fraction)
      emit(.digit(numerator))
      return emit(.digit(denominator))
    }
    if scalar.isWhiteSpace { isSpaced = true } else { emit(.unknown) }
  }

  /// Small digits, letters and signs as the group that they stand for; whether there were any.
  private mutating func takeSmall(
    startingWith scalar: Unicode.Scalar, of table: [Unicode.Scalar: MathToken], behind sign: MathToken.Symbol
  ) -> Bool {
    guard let first = table[scalar] else { return false }
    emit(sign)
    emit(.openBrace)
    emit(first)
    while let next = peek(), let token = table[next] {
      emit(token)
      index += 1
    }
    emit(.closeBrace)
    return true
  }

  /// Letters in a row.
  private mutating func takeLetters() {
    let start = index
    while let next = peek(), next.isASCIILetter { index += 1 }
    if index - start == 1 {
      if let half = takeHalfOfDay(scalars[start]) { return emit(.word(half)) }
      let letter = String(scalars[start])
      let isWord = letters == .text || letters == .upright && letter != "e" && letter != "i"
      return emit(isWord ? .word(letter) : .letter(letter))
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[start..<index])
    let run = String(view)
    if letters == .text { return emit(MathVocabulary.textWords[run.lowercased()] ?? .word(run)) }
    if letters == .mathematics, MathVocabulary.ambiguousProducts.contains(run), isProductHere(run) { return emit(.run(run)) }
    if let known = MathVocabulary.words[run] ?? MathVocabulary.words[run.lowercased()] { return emit(known) }
    if letters != .mathematics { return emit(.word(run)) }
    if let (function, rest) = Self.functionGlued(to: run) {
      emit(function)
      for letter in rest { emit(.letter(String(letter))) }
      return
    }
    emit(.run(run))
  }

  /// Whether letters that could be a function or the half of a day are a product of variables: an operator or the end follows, and no number
  /// that they are the unit of stands before them.
  private func isProductHere(_ run: String) -> Bool {
    var next = index
    func skipWhiteSpace() { while next < scalars.count, scalars[next].isWhiteSpace { next += 1 } }
    skipWhiteSpace()
    if next < scalars.count, scalars[next] == "^" {
      next += 1
      skipWhiteSpace()
      if next < scalars.count, scalars[next] == "{" {
        next = scalars[next...].prefix(64).firstIndex(of: "}") ?? scalars.count
      }
      next += 1
      skipWhiteSpace()
    }
    if case .digit? = lexemes.last?.token { return next < scalars.count && "+-*/=<>)]}|".unicodeScalars.contains(scalars[next]) }
    return next >= scalars.count || ",;&$+-*/=<>)]}|".unicodeScalars.contains(scalars[next]) || run == "am" || run == "pm"
  }

  /// `m.` behind `a.` or `p.`: one word.
  private mutating func takeHalfOfDay(_ letter: Unicode.Scalar) -> String? {
    guard "aApP".unicodeScalars.contains(letter), peek() == ".", peek(1) == "m" || peek(1) == "M" else { return nil }
    index += peek(2) == "." ? 3 : 2
    return letter == "a" || letter == "A" ? "am" : "pm"
  }

  /// A function's name with at most two letters behind it, as in `sinx`.
  private static func functionGlued(to run: String) -> (MathToken, Substring)? {
    for name in ["sin", "cos", "tan", "ln", "log", "sqrt", "pi"] where run.hasPrefix(name) {
      let rest = run.dropFirst(name.count)
      if rest.count <= 2, let token = MathVocabulary.words[name] { return (token, rest) }
    }
    return nil
  }
}
