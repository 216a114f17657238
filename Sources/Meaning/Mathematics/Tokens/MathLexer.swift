/// Splits an answer into tokens of mathematics, LaTeX and plain notation alike. O(n).
struct MathLexer {
  /// How letters in a row are read.
  private enum Letters { case mathematics, font, upright, text }

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var lexemes: [Lexeme] = []
  private var isSpaced = false
  /// For each open brace, whether it belongs to a font and so is no group, and how letters outside of it are read.
  private var braces: [(isFont: Bool, outside: Letters)] = []
  private var letters = Letters.mathematics
  private var pendingFont: Letters?

  private init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    lexemes.reserveCapacity(scalars.count)
  }

  /// The tokens of `text`.
  static func lexemes(of text: String) -> [Lexeme] {
    var lexer = MathLexer(text)
    while lexer.index < lexer.scalars.count { lexer.step() }
    return lexer.lexemes
  }

  private mutating func emit(_ token: MathToken) {
    lexemes.append(Lexeme(token: token, isSpaced: isSpaced))
    isSpaced = false
    pendingFont = nil
  }

  private mutating func emit(_ symbol: MathToken.Symbol) { emit(.symbol(symbol)) }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
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
    case "+": emit(.plus)
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
    case "|":
      if peek() == "|" { index += 1 }
      emit(.bar)
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
    case "$", "€", "£", "¥", "`": pendingFont = nil
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
    if let digit = MathVocabulary.superscripts[scalar] {
      emit(.caret)
      emit(.openBrace)
      emit(.digit(digit))
      while let next = peek(), let digit = MathVocabulary.superscripts[next] {
        emit(.digit(digit))
        index += 1
      }
      return emit(.closeBrace)
    }
    if let digit = MathVocabulary.subscripts[scalar] {
      emit(.underscore)
      emit(.openBrace)
      emit(.digit(digit))
      while let next = peek(), let digit = MathVocabulary.subscripts[next] {
        emit(.digit(digit))
        index += 1
      }
      return emit(.closeBrace)
    }
    if let (numerator, denominator) = MathVocabulary.fractions[scalar] {
      emit(.fraction)
      emit(.digit(numerator))
      return emit(.digit(denominator))
    }
    if scalar.isWhiteSpace { isSpaced = true } else { emit(.unknown) }
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
    if let known = MathVocabulary.words[run] ?? MathVocabulary.words[run.lowercased()] { return emit(known) }
    if letters != .mathematics { return emit(.word(run)) }
    if let (function, rest) = Self.functionGlued(to: run) {
      emit(function)
      for letter in rest { emit(.letter(String(letter))) }
      return
    }
    emit(.run(run))
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

  /// Behind a backslash.
  private mutating func takeCommand() {
    let start = index
    while let next = peek(), next.isASCIILetter { index += 1 }
    if index == start, index < scalars.count { index += 1 }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[start..<index])
    let name = String(view)
    if MathVocabulary.invisible.contains(name) { return takeDelimiter(after: name) }
    if let token = MathVocabulary.commands[name] { return emit(token) }
    if MathVocabulary.spaces.contains(name) {
      isSpaced = true
      return
    }
    if name == "mathbb" || name == "Bbb" { return takeBlackboardLetter() }
    if MathVocabulary.textFonts.contains(name) {
      pendingFont = .text
    } else if MathVocabulary.uprightFonts.contains(name) {
      pendingFont = .upright
    } else if MathVocabulary.mathematicsFonts.contains(name) {
      pendingFont = .font
    } else if name == "begin" || name == "end" {
      takeEnvironment(isBegin: name == "begin")
    } else if name == "not" {
      takeNegatedRelation()
    } else {
      emit(.unknown)
    }
  }

  /// Behind `\left` and `\right`: `|` opens or closes, `.` is nothing.
  private mutating func takeDelimiter(after name: String) {
    guard name == "left" || name == "right" else { return }
    while let next = peek(), next.isWhiteSpace { index += 1 }
    switch peek() {
    case "|":
      index += 1
      emit(name == "left" ? .openBar : .closeBar)
    case ".": index += 1
    case "<":
      index += 1
      emit(.openAngle)
    case ">":
      index += 1
      emit(.closeAngle)
    default: break
    }
  }

  private mutating func takeNegatedRelation() {
    while let next = peek(), next.isWhiteSpace { index += 1 }
    guard peek() == "=" else { return emit(.unknown) }
    index += 1
    emit(.notEqual)
  }

  /// `{R}` or `R` behind `\mathbb`.
  private mutating func takeBlackboardLetter() {
    var end = index
    while end < scalars.count, scalars[end].isWhiteSpace || scalars[end] == "{" { end += 1 }
    guard end < scalars.count, scalars[end].isASCIILetter else { return emit(.unknown) }
    let letter = scalars[end]
    let isBraced = scalars[index..<end].contains("{")
    end += 1
    if isBraced {
      guard end < scalars.count, scalars[end] == "}" else { return emit(.unknown) }
      end += 1
    }
    index = end
    emit(letter == "R" ? .symbol(.reals) : .word("set of " + String(letter)))
  }

  /// `{name}` behind `\begin` or `\end`, with the columns of an array.
  private mutating func takeEnvironment(isBegin: Bool) {
    guard peek() == "{", let close = scalars[index...].prefix(24).firstIndex(of: "}") else { return emit(.unknown) }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[(index + 1)..<close])
    index = close + 1
    let name = String(view)
    guard let environment = MathVocabulary.environments[name] else { return emit(.unknown) }
    if isBegin, name == "array", peek() == "{", let end = scalars[index...].prefix(64).firstIndex(of: "}") { index = end + 1 }
    emit(isBegin ? .begin(environment) : .end(environment))
  }
}
