import Files
import Foundation
import JSON

extension ChatTemplate {
  /// Reads the chat template of a checkpoint's folder: chat_template.jinja (and, for conversations with tools,
  /// additional_chat_templates/tool_use.jinja), else the `chat_template` of tokenizer_config.json, else that of chat_template.json.
  /// Nil where the folder has none.
  public static func read(folder: String) throws -> ChatTemplate? {
    let path = folder + "/chat_template.jinja"
    if exists(path) {
      let toolPath = folder + "/additional_chat_templates/tool_use.jinja"
      return try ChatTemplate(
        source: try source(of: path), name: path, file: path, toolSource: exists(toolPath) ? (try source(of: toolPath), toolPath) : nil)
    }
    for file in ["/tokenizer_config.json", "/chat_template.json"] where exists(folder + file) {
      if let template = try read(json: folder + file) { return template }
    }
    return nil
  }

  /// Reads a file that is a template.
  public static func read(file: String) throws -> ChatTemplate { try ChatTemplate(source: try source(of: file), name: file, file: file) }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private static func source(of path: String) throws -> String {
    guard let text = String(validating: try FileBytes.read(path, limit: TemplateLexer.sourceLimit), as: UTF8.self) else {
      throw FileError(.malformed, "\(path): is not UTF-8")
    }
    return text
  }

  /// Reads the field `chat_template` of a JSON file: a text, or a list of named texts.
  private static func read(json path: String) throws -> ChatTemplate? {
    let bytes = try FileBytes.read(path, limit: FileBytes.configurationLimit)
    guard case .object(let object) = try JSONReader.value(of: bytes, source: path) else {
      throw FileError(.malformed, "\(path): expected an object")
    }
    let field = "\(path): chat_template"
    switch object["chat_template"] {
    case nil, .null: return nil
    case .string(let text): return try ChatTemplate(source: text, name: field, file: path)
    case .array(let elements):
      var named: [String: String] = [:]
      for (place, element) in elements.enumerated() {
        guard case .object(let entry) = element, case .string(let name)? = entry["name"],
          case .string(let template)? = entry["template"]
        else {
          throw FileError(
            .malformed, "\(field)[\(place)]: found \(element.summary), expected an object with \"name\" and \"template\"")
        }
        named[name] = template
      }
      guard let text = named["default"] else {
        throw FileError(.missing, "\(field): none of the templates is named \"default\"; found \(named.keys.sorted())")
      }
      return try ChatTemplate(
        source: text, name: "\(field) \"default\"", file: path, toolSource: named["tool_use"].map { ($0, "\(field) \"tool_use\"") })
    case .some(let value):
      throw FileError(.malformed, "\(field): found \(value.summary), expected a text or a list of named texts")
    }
  }
}
