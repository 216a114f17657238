import Files

extension TemplateLexer {
  /// Reads a text between quotes.
  mutating func readString(quote: Unicode.Scalar) throws {
    let start = position + 1
    var end = start
    while end < source.count, source[end] != quote { end += source[end] == "\\" ? 2 : 1 }
    guard end < source.count else { throw failure("a text without its end, expected \(quote)") }
    append(.text(TemplateText(scalars: try unescaped(source[start..<end]))))
    advance(to: end + 1)
  }

  /// Python's escapes; a backslash before anything else stays.
  private func unescaped(_ text: ArraySlice<Unicode.Scalar>) throws -> [Unicode.Scalar] {
    guard text.contains("\\") else { return Array(text) }
    var result: [Unicode.Scalar] = []
    var place = text.startIndex
    while place < text.endIndex {
      guard text[place] == "\\", place + 1 < text.endIndex else {
        result.append(text[place])
        place += 1
        continue
      }
      let scalar = text[place + 1]
      place += 2
      switch scalar {
      case "\n": break
      case "\\", "'", "\"": result.append(scalar)
      case "a": result.append("\u{7}")
      case "b": result.append("\u{8}")
      case "f": result.append("\u{C}")
      case "n": result.append("\n")
      case "r": result.append("\r")
      case "t": result.append("\t")
      case "v": result.append("\u{B}")
      case "0"..."7":
        var end = place
        while end < text.endIndex, end < place + 2, text[end] >= "0", text[end] <= "7" { end += 1 }
        result.append(try scalarValue(text[(place - 1)..<end], radix: 8))
        place = end
      case "x", "u", "U":
        let width = scalar == "x" ? 2 : scalar == "u" ? 4 : 8
        guard place + width <= text.endIndex else { throw failure("a \\\(scalar) escape with fewer than \(width) digits") }
        result.append(try scalarValue(text[place..<place + width], radix: 16))
        place += width
      case "N": throw failure("the escape \\N{…} is not supported", .unsupported)
      default:
        result.append("\\")
        // The character goes through Python as its own escape, whose backslash this one has doubled.
        if scalar.isASCII {
          result.append(scalar)
        } else {
          let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
          result += Array("\(letter)\(Representation.hexadecimal(scalar.value, width: width))".unicodeScalars)
        }
      }
    }
    return result
  }

  private func scalarValue(_ digits: ArraySlice<Unicode.Scalar>, radix: Int) throws -> Unicode.Scalar {
    let written = String(String.UnicodeScalarView(digits))
    guard written.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }), let value = UInt32(written, radix: radix) else {
      throw failure("an escape with the digits \"\(written)\"")
    }
    guard let scalar = Unicode.Scalar(value) else { throw failure("the escape of \(written) is not a character") }
    return scalar
  }
}
