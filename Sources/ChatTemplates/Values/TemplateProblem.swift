/// A template's error at some place; the rendering adds the template's name and the line.
struct TemplateProblem: Error {
  let message: String

  /// Whether the construct is valid but not supported here.
  var isUnsupported = false

  init(_ message: String, isUnsupported: Bool = false) {
    self.message = message
    self.isUnsupported = isUnsupported
  }
}
