import Files

/// Cuts a template's source into tokens, as jinja2 does with `trim_blocks` and `lstrip_blocks`: the first line break after a
/// tag goes, and so does the white space between a line's beginning and a tag; `-` takes all white space on its side, `+` keeps it.
struct TemplateLexer {
  /// A template of a published model is below a hundredth of this.
  static let sourceLimit = 4 << 20

  let name: String
  let source: [Unicode.Scalar]
  var position = 0
  var line = 1
  var tokens: [TemplateToken] = []

  /// Reads a whole template.
  static func tokens(of source: String, name: String) throws -> [TemplateToken] {
    guard source.utf8.count <= sourceLimit else {
      throw FileError(.unsupported, "\(name): a template of \(source.utf8.count) bytes, expected at most \(sourceLimit)")
    }
    var lexer = TemplateLexer(source, name: name)
    while lexer.position < lexer.source.count { try lexer.readText() }
    lexer.append(.end)
    return lexer.tokens
  }

  /// Line ends become line feeds, and one at the very end is dropped.
  private init(_ source: String, name: String) {
    self.name = name
    var scalars: [Unicode.Scalar] = []
    var previous: Unicode.Scalar?
    for scalar in source.unicodeScalars {
      if scalar == "\r" {
        scalars.append("\n")
      } else if scalar != "\n" || previous != "\r" {
        scalars.append(scalar)
      }
      previous = scalar
    }
    if scalars.last == "\n" { scalars.removeLast() }
    self.source = scalars
  }

  func failure(_ problem: String, _ code: FileError.Code = .malformed) -> FileError {
    FileError(code, "\(name): line \(line): \(problem)")
  }

  mutating func append(_ form: TemplateToken.Form) { tokens.append(TemplateToken(form: form, line: line)) }

  func isAt(_ text: String, _ offset: Int = 0) -> Bool {
    var place = position + offset
    for scalar in text.unicodeScalars {
      guard place < source.count, source[place] == scalar else { return false }
      place += 1
    }
    return true
  }

  /// Moves on, counting lines.
  mutating func advance(to end: Int) {
    while position < end {
      if source[position] == "\n" { line += 1 }
      position += 1
    }
  }

  mutating func skipSpace() {
    var end = position
    while end < source.count, source[end].isTemplateSpace { end += 1 }
    advance(to: end)
  }

  /// Reads text up to the next tag, and the tag.
  private mutating func readText() throws {
    let start = position
    let startLine = line
    var end = start
    while end < source.count {
      if source[end] == "{", end + 1 < source.count, source[end + 1] == "{" || source[end + 1] == "%" || source[end + 1] == "#" { break }
      end += 1
    }
    guard end < source.count else {
      appendData(start, end, line: startLine)
      advance(to: end)
      return
    }
    let kind = source[end + 1]
    advance(to: end + 2)
    let sign = takeSign()
    appendData(start, trimmedEnd(of: start, end, sign: sign, isVariable: kind == "{"), line: startLine)
    switch kind {
    case "#": try skipComment()
    case "%":
      if takeRawTag() { return try readRaw() }
      append(.blockBegin)
      try readTag(isBlock: true)
    default:
      append(.variableBegin)
      try readTag(isBlock: false)
    }
  }

  private mutating func takeSign() -> Unicode.Scalar? {
    guard position < source.count, source[position] == "-" || source[position] == "+" else { return nil }
    defer { position += 1 }
    return source[position]
  }

  private mutating func appendData(_ start: Int, _ end: Int, line: Int) {
    guard start < end else { return }
    tokens.append(TemplateToken(form: .data(TemplateText(scalars: source[start..<end])), line: line))
  }

  /// Where the text before a tag ends, once the tag has taken its white space.
  private func trimmedEnd(of start: Int, _ end: Int, sign: Unicode.Scalar?, isVariable: Bool) -> Int {
    guard sign != "+", sign == "-" || !isVariable else { return end }
    var trimmed = end
    while trimmed > start, source[trimmed - 1].isTemplateSpace, sign == "-" || source[trimmed - 1] != "\n" { trimmed -= 1 }
    if sign == "-" { return trimmed }
    let isLineStart = trimmed == 0 || source[trimmed - 1] == "\n"
    return isLineStart ? trimmed : end
  }

  private mutating func skipComment() throws {
    let opening = line
    while position < source.count {
      if isAt("-#}") {
        advance(to: position + 3)
        return skipSpace()
      }
      if isAt("+#}") { return advance(to: position + 3) }
      if isAt("#}") { return advance(to: position + (isAt("\n", 2) ? 3 : 2)) }
      advance(to: position + 1)
    }
    line = opening
    throw failure("a comment without its end, expected \"#}\"")
  }

  /// Takes the rest of `{% raw %}`.
  private mutating func takeRawTag() -> Bool {
    let (start, startLine) = (position, line)
    skipSpace()
    if isAt("raw") {
      advance(to: position + 3)
      skipSpace()
      if isAt("-%}") {
        advance(to: position + 3)
        skipSpace()
        return true
      }
      if isAt("%}") {
        advance(to: position + 2)
        return true
      }
    }
    (position, line) = (start, startLine)
    return false
  }

  /// Reads text as it is, up to `{% endraw %}`.
  private mutating func readRaw() throws {
    let (start, startLine) = (position, line)
    while position < source.count {
      guard isAt("{%") else {
        advance(to: position + 1)
        continue
      }
      let tag = position
      advance(to: tag + 2)
      let sign = takeSign()
      skipSpace()
      guard isAt("endraw") else { continue }
      advance(to: position + 6)
      skipSpace()
      guard try takeBlockEnd() else { continue }
      return appendData(start, trimmedEnd(of: start, tag, sign: sign, isVariable: false), line: startLine)
    }
    line = startLine
    throw failure("a raw block without its end, expected \"{% endraw %}\"")
  }

  /// Takes `%}` with its sign and the white space that goes with it.
  mutating func takeBlockEnd() throws -> Bool {
    if isAt("-%}") {
      advance(to: position + 3)
      skipSpace()
    } else if isAt("+%}") {
      advance(to: position + 3)
    } else if isAt("%}") {
      advance(to: position + (isAt("\n", 2) ? 3 : 2))
    } else {
      return false
    }
    return true
  }
}
