import JSON
import Yams

/// A YAML value that has no meaning as JSON.
struct YAMLValueProblem: Error {
  var message: String
  var line: Int?
}

extension JSONValue {
  /// A YAML value as JSON, by the core schema of YAML 1.2 (10.3.2). The older spellings of true and false are refused, since as texts they
  /// would be true to a template.
  init(yaml node: Node) throws(YAMLValueProblem) {
    switch node {
    case .scalar(let scalar): self = try JSONValue(yaml: node, scalar)
    case .sequence(let sequence):
      var values: [JSONValue] = []
      for element in sequence { values.append(try JSONValue(yaml: element)) }
      self = .array(values)
    case .mapping(let mapping):
      var members: [JSONObject.Member] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          throw YAMLValueProblem(message: "found \(key.found) as a name, expected a text", line: key.mark?.line)
        }
        members.append(.init(name, try JSONValue(yaml: value)))
      }
      self = .object(JSONObject(members))
    case .alias:
      throw YAMLValueProblem(message: "found an alias, expected the value itself", line: node.mark?.line)
    }
  }

  private init(yaml node: Node, _ scalar: Node.Scalar) throws(YAMLValueProblem) {
    let text = scalar.string
    guard scalar.style == .plain || scalar.style == .any else {
      self = .string(text)
      return
    }
    if node.isNothing {
      self = .null
    } else if ["true", "True", "TRUE"].contains(text) {
      self = .boolean(true)
    } else if ["false", "False", "FALSE"].contains(text) {
      self = .boolean(false)
    } else if ["yes", "no", "on", "off", "y", "n"].contains(text.lowercased()) {
      throw YAMLValueProblem(message: "found \(text), expected true or false, or quotes around a text", line: node.mark?.line)
    } else if let number = Int(text) {
      self = .integer(number)
    } else if text.first.map({ $0.isNumber || "+-.".contains($0) }) == true, let number = Double(text), number.isFinite {
      self = .number(number)
    } else {
      self = .string(text)
    }
  }
}
