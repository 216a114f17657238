import Files
import Foundation
import JSON
import Meaning
import Yams

/// The scalars of a YAML file of configuration keys, with their lines.
///
/// The structure is checked here, against the keys that there are, since a file of nested sections is where a misspelt key
/// would silently mean nothing.
struct YAMLFile {
  struct Scalar {
    var text: String
    var line: Int
  }

  static let maximumBytes = 1 << 20

  /// By full key name.
  private(set) var scalars: [String: Scalar] = [:]

  /// The name of a preset, where the file has one.
  private(set) var preset: Scalar?

  private let name: String

  init(path: String) throws {
    let attributes = try DurableFile.attempt("read configuration", path) {
      try FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw RunsError(.configuration, "\(path) is not a file: expected a YAML file")
    }
    guard let size = attributes[.size] as? Int, size <= YAMLFile.maximumBytes else {
      throw RunsError(.configuration, "\(path): found more than \(YAMLFile.maximumBytes) bytes, expected a YAML file of keys")
    }
    let data = try DurableFile.attempt("read configuration", path) { try Data(contentsOf: URL(fileURLWithPath: path)) }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw RunsError(.configuration, "\(path): found bytes that are not UTF-8, expected UTF-8 text")
    }
    try self.init(text: text, name: path)
  }

  init(text: String, name: String) throws {
    self.name = name
    guard let root = try YAMLFile.compose(text, name: name) else { return }
    guard let mapping = root.mapping else {
      if root.isNothing { return }
      throw error(line: root.mark?.line, "found \(root.found), expected a mapping such as `steps: 50`")
    }
    try take(mapping, section: nil)
  }

  private mutating func take(_ mapping: Node.Mapping, section: String?) throws {
    for (keyNode, value) in mapping {
      let line = keyNode.mark?.line ?? 0
      guard let part = keyNode.scalar?.string else {
        throw error(line: line, "found \(keyNode.found) as a key, expected a name")
      }
      let key = section.map { "\($0).\(part)" } ?? part
      if key == ConfigurationPreset.key {
        guard let name = value.scalar?.string, !value.isNothing else {
          throw error(line: line, "\(key): found \(value.found), expected \(ConfigurationPreset.expectation)")
        }
        if preset != nil { throw error(line: line, "\(key) is given twice") }
        preset = Scalar(text: name, line: line)
      } else if let known = ConfigurationKey.named(key) {
        if let earlier = scalars[key] { throw error(line: line, "\(key) is given twice, before in line \(earlier.line)") }
        scalars[key] = Scalar(text: try text(of: value, for: known, line: line), line: line)
      } else if section == nil, let inner = NearestKey.keys(inSection: key) {
        guard let nested = value.mapping else {
          throw error(line: line, "\(key): found \(value.found), expected a mapping with keys of \(inner.joined(separator: ", "))")
        }
        try take(nested, section: key)
      } else {
        let others = section == nil ? NearestKey.outermost : []
        throw error(line: line, "unknown key \(excerpt(key))\(NearestKey.suggestion(for: key, among: \.name, or: others))")
      }
    }
  }

  /// The text of a key's value: a scalar's, or the JSON of a mapping where the key takes an object.
  private func text(of value: Node, for key: ConfigurationKey, line: Int) throws -> String {
    if case .object = key.values, value.mapping != nil {
      do throws(YAMLValueProblem) {
        return String(decoding: try JSONValue(yaml: value).oneLine, as: UTF8.self)
      } catch {
        throw self.error(line: error.line ?? line, "\(key.name): \(error.message)")
      }
    }
    guard let scalar = value.scalar, !value.isNothing else {
      throw error(line: line, "\(key.name): found \(value.found), expected \(key.expectation)")
    }
    return scalar.string
  }

  private func error(line: Int?, _ message: String) -> RunsError {
    RunsError(.configuration, "\(name)\(line.map { " line \($0)" } ?? ""): \(message)")
  }

  private static func compose(_ text: String, name: String) throws -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch {
      let (line, problem) = explain(error)
      let place = name + (line.map { " line \($0)" } ?? "")
      throw RunsError(.configuration, "\(place): not YAML: \(DurableFile.oneLine(problem))", cause: error)
    }
  }

  private static func explain(_ error: any Error) -> (line: Int?, problem: String) {
    guard let error = error as? YamlError else { return (nil, "\(error)") }
    return switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      (mark.line, [problem, context?.text].compactMap { $0 }.joined(separator: " "))
    case .reader(let problem, let offset, _, let yaml): (offset.map { line(at: $0, in: yaml) }, problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      (context.mark.line, "the mapping that begins here has more than one \(duplicates.sorted().joined(separator: ", "))")
    default: (nil, "\(error)")
    }
  }

  private static func line(at offset: Int, in text: String) -> Int {
    1 + text.prefix(offset).count { $0.isNewline }
  }
}
