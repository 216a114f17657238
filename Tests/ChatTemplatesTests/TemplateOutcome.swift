import ChatTemplates
import Files
import Foundation
import JSON
import Testing

/// What rendering came to, as the fixtures have it.
enum TemplateOutcome: Equatable {
  case text([UInt8])
  case raised(String)
  case error

  /// The outcome that a case of a fixture expects.
  init(_ fields: JSONObject) throws {
    switch (fields["text"] ?? fields["rendered"], fields["raised"], fields["error"]) {
    case (.string(let text)?, _, _): self = .text(Array(text.utf8))
    case (_, .string(let message)?, _): self = .raised(message)
    case (_, _, .some): self = .error
    default: throw FileError(.malformed, "a case without an outcome")
    }
  }

  /// Renders.
  init(of source: String, _ conversation: () throws -> Conversation) {
    do {
      self = .text(Array(try ChatTemplate(source: source, name: "template").render(try conversation()).utf8))
    } catch ChatTemplateFailure.raised(let message) {
      self = .raised(message)
    } catch {
      self = .error
    }
  }

  /// The outcome for messages of a failure.
  var summary: String {
    switch self {
    case .text(let bytes): String(decoding: bytes, as: UTF8.self).debugDescription
    case .raised(let message): "raised \(message.debugDescription)"
    case .error: "an error"
    }
  }

  /// Calls `outcomes` for each of the cases and reports those that differ.
  static func check(_ cases: [(name: String, fields: JSONObject)], outcome: (JSONObject) throws -> TemplateOutcome) throws {
    var failures: [String] = []
    for (name, fields) in cases {
      let (expected, found) = (try TemplateOutcome(fields), try outcome(fields))
      if found != expected { failures.append("\(name): \(found.summary), not \(expected.summary)") }
    }
    #expect(!cases.isEmpty)
    #expect(failures.isEmpty, "\(failures.count) of \(cases.count) differ: \(failures.prefix(5).joined(separator: "\n"))")
  }
}

extension JSONObject {
  func string(_ name: String) throws -> String {
    guard case .string(let text)? = self[name] else { throw FileError(.malformed, "no text \(name)") }
    return text
  }

  func object(_ name: String) throws -> JSONObject {
    guard case .object(let object)? = self[name] else { throw FileError(.malformed, "no object \(name)") }
    return object
  }

  func objects(_ name: String) throws -> [JSONObject] {
    guard case .array(let elements)? = self[name] else { throw FileError(.malformed, "no array \(name)") }
    return elements.compactMap { if case .object(let object) = $0 { object } else { nil } }
  }

  func isTrue(_ name: String) -> Bool { self[name] == .boolean(true) }

  /// The members that are texts.
  var texts: [String: String] {
    var texts: [String: String] = [:]
    for member in members { if case .string(let text) = member.value { texts[member.key] = text } }
    return texts
  }
}
