/// What a template does wrong at some place; the rendering adds the template's name and the line.
struct TemplateProblem: Error {
  let message: String

  /// Whether the template asks for something that is not done here, rather than something wrong.
  var isUnsupported = false

  init(_ message: String, isUnsupported: Bool = false) {
    self.message = message
    self.isUnsupported = isUnsupported
  }
}
