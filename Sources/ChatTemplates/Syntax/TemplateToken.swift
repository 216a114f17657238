/// A piece of a template's source.
struct TemplateToken: Sendable {
  enum Form: Sendable, Equatable {
    case data(TemplateText)
    case variableBegin
    case variableEnd
    case blockBegin
    case blockEnd
    case name(String)
    case text(TemplateText)
    case integer(Int)
    case float(Double)
    case symbol(String)
    case end
  }

  let form: Form
  let line: Int

  /// The token as messages quote it.
  var summary: String {
    switch form {
    case .data: "template text"
    case .variableBegin: "'{{'"
    case .variableEnd: "'}}'"
    case .blockBegin: "'{%'"
    case .blockEnd: "'%}'"
    case .name(let name): "'\(name)'"
    case .text(let text): Representation.quoted(text)
    case .integer(let value): "'\(value)'"
    case .float(let value): "'\(value)'"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end of the template"
    }
  }
}
