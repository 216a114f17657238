/// One element of an SVG document; a tree of them is a picture. Rendering is a pure function: equal trees give equal text.
struct SVGElement: Sendable {
  enum Content: Sendable {
    case children([SVGElement])
    case text(String)
  }

  let name: String
  /// In the order in which they are written.
  let attributes: [(String, String)]
  let content: Content

  init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], children: [SVGElement] = []) {
    self.name = name
    self.attributes = attributes.map { ($0.key, $0.value) }
    content = .children(children)
  }

  init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
    self.name = name
    self.attributes = attributes.map { ($0.key, $0.value) }
    content = .text(text)
  }

  /// The element on lines of its own, two spaces deeper a level.
  func rendered(depth: Int = 0) -> String {
    let indent = String(repeating: "  ", count: depth)
    let opening = attributes.reduce(indent + "<" + name) { $0 + " \($1.0)=\"\(Self.escaped($1.1))\"" }
    switch content {
    case .text(let text):
      return opening + ">" + Self.escaped(text) + "</\(name)>\n"
    case .children(let children):
      guard !children.isEmpty else { return opening + "/>\n" }
      return opening + ">\n" + children.map { $0.rendered(depth: depth + 1) }.joined() + indent + "</\(name)>\n"
    }
  }

  /// Text with the characters that XML reads as markup replaced, and without the ones that XML forbids.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\0"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }
}
