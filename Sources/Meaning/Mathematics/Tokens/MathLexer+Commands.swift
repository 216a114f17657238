extension MathLexer {
  /// Behind a backslash.
  mutating func takeCommand() {
    let start = index
    while let next = peek(), next.isASCIILetter { index += 1 }
    if index == start, index < scalars.count { index += 1 }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[start..<index])
    let name = String(view)
    if let count = MathVocabulary.arguments[name] {
      skipArguments(count)
      if MathVocabulary.colors.contains(name) { pendingFont = letters } else { isSpaced = true }
      return
    }
    if MathVocabulary.invisible.contains(name) { return takeDelimiter(after: name) }
    if name == "\\" { skipRowSpacing() }
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

  /// Takes arguments that have nothing to do with the value: a star, options in brackets, groups in braces, and a length without them.
  private mutating func skipArguments(_ count: Int) {
    if peek() == "*" { index += 1 }
    if peek() == "[", let close = scalars[index...].prefix(64).firstIndex(of: "]") { index = close + 1 }
    for _ in 0..<count {
      var end = index
      while end < scalars.count, scalars[end].isWhiteSpace { end += 1 }
      guard end < scalars.count else { return }
      if scalars[end] == "{" {
        var depth = 0
        while end < scalars.count {
          depth += scalars[end] == "{" ? 1 : scalars[end] == "}" ? -1 : 0
          end += 1
          if depth == 0 { break }
        }
        // What was cut off is found by its brace.
        if depth > 0 { return }
      } else {
        let start = end
        while end < scalars.count, scalars[end].isASCIIDigit || scalars[end] == "." || scalars[end] == "-" { end += 1 }
        guard end > start else { return }
        while end < scalars.count, scalars[end].isASCIILetter { end += 1 }
      }
      index = end
    }
  }

  /// Whether a command that changes nothing but the looks of all that follows comes first.
  var startsWithAppearance: Bool {
    var start = index
    while start < scalars.count, scalars[start].isWhiteSpace { start += 1 }
    guard start < scalars.count, scalars[start] == "\\" else { return false }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[(start + 1)...].prefix { $0.isASCIILetter })
    return MathVocabulary.declarations.contains(String(view))
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
    if isBegin, environment != .rows { skipColumns(hasSpecification: name == "array") }
    emit(isBegin ? .begin(environment) : .end(environment))
  }

  /// `[t]` behind the beginning of a matrix, and an array's columns in braces, which may hold others: `{c@{}c|c}`.
  private mutating func skipColumns(hasSpecification: Bool) {
    var end = index
    while end < scalars.count, scalars[end] == " " { end += 1 }
    if end + 2 < scalars.count, scalars[end] == "[", scalars[end + 1].isASCIILetter, scalars[end + 2] == "]" { index = end + 3 }
    guard hasSpecification else { return }
    end = index
    while end < scalars.count, scalars[end] == " " { end += 1 }
    guard end < scalars.count, scalars[end] == "{" else { return }
    var depth = 0
    for place in scalars[end...].prefix(64).indices {
      if scalars[place] == "{" { depth += 1 }
      if scalars[place] == "}" { depth -= 1 }
      if depth == 0 {
        index = place + 1
        return
      }
    }
  }

  /// `*` and `[2pt]` behind the end of a row.
  private mutating func skipRowSpacing() {
    if peek() == "*" { index += 1 }
    var end = index
    while end < scalars.count, scalars[end] == " " { end += 1 }
    guard end < scalars.count, scalars[end] == "[", let close = scalars[end...].prefix(16).firstIndex(of: "]") else { return }
    let length = scalars[(end + 1)..<close].filter { $0 != " " }
    let number = length.prefix { $0.isASCIIDigit || $0 == "." || $0 == "-" }
    let unit = length.dropFirst(number.count)
    guard !number.isEmpty, unit.count == 2, unit.allSatisfy(\.isASCIILetter) else { return }
    index = close + 1
  }
}
