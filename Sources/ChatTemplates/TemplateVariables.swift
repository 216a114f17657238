import Files
package import JSON

/// Variables of a chat template beside the messages, as a user sets them: `{"enable_thinking": false}`.
///
/// The order of the members is kept, since a template may write them out.
public struct TemplateVariables: Sendable, Equatable, CustomStringConvertible {
  /// Bytes of the longest text that is read.
  package static let maximumBytes = 65_536

  /// The expected text, in words fit for a message.
  package static let expectation = "a JSON object such as {\"enable_thinking\": false}"

  /// What the conversation itself decides.
  private static let reserved = ["messages", "add_generation_prompt"]

  /// The variables as an object.
  package let object: JSONObject

  /// No variables.
  public init() {
    object = JSONObject()
  }

  /// Reads variables from the text of a JSON object. The error says what was found and what was expected.
  public init(json text: String) throws {
    guard text.utf8.count <= TemplateVariables.maximumBytes else {
      throw FileError(.malformed, "found \(text.utf8.count) bytes, expected at most \(TemplateVariables.maximumBytes)")
    }
    let value: JSONValue
    do {
      value = try JSONReader.value(of: Array(text.utf8), source: "")
    } catch {
      throw FileError(.malformed, "found no JSON, expected \(TemplateVariables.expectation)", cause: error)
    }
    guard case .object(let object) = value else {
      throw FileError(.malformed, "found \(value.summary), expected \(TemplateVariables.expectation)")
    }
    if let reserved = TemplateVariables.reserved.first(where: { object[$0] != nil }) {
      throw FileError(.malformed, "found \"\(reserved)\", which the conversation decides: expected other variables of the template")
    }
    self.object = object
  }

  /// Whether there are none.
  public var isEmpty: Bool { object.members.isEmpty }

  /// The variables as JSON on one line, which ``init(json:)`` reads back.
  public var description: String { String(decoding: JSONValue.object(object).oneLine, as: UTF8.self) }
}
