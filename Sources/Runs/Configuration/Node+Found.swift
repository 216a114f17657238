package import Yams

extension Node {
  /// Whether it is nothing: YAML 1.2's core schema, 10.3.2.
  package var isNothing: Bool {
    guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// What was found, in words fit for a message.
  package var found: String {
    if mapping != nil { return "a mapping" }
    if sequence != nil { return "a list" }
    return isNothing ? "nothing" : excerpt(scalar?.string ?? "")
  }
}

/// A piece of somebody's text, in quotes and on one line, fit for a message.
package func excerpt(_ text: String) -> String {
  let shown = text.prefix(80).map { $0.isNewline ? " " : String($0) }.joined()
  return "\"\(shown)\(text.count > 80 ? "…" : "")\""
}
