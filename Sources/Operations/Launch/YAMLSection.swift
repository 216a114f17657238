import Files
import Foundation
import JSON
import Runs
import Yams

/// A mapping of a YAML file that is taken apart key by key, so that every error names the line and no key goes unread.
struct YAMLSection {
  /// The file's name, for messages.
  let file: String
  /// Where the mapping is: `learner`, `workers 2`; empty for the whole file.
  let place: String
  /// Its first line.
  let line: Int

  private var entries: [(key: String, line: Int, value: Node)] = []
  private var expected: [String] = []

  /// The most bytes of such a file.
  private static let maximumBytes = 1 << 20

  /// Reads a file whose root is a mapping.
  init(contentsOf path: String) throws {
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      data = try handle.read(upToCount: Self.maximumBytes + 1) ?? Data()
    } catch {
      throw OperationsError(.input, "cannot read \(path): \(Self.reason(error, path))", cause: error)
    }
    guard data.count <= Self.maximumBytes else {
      throw OperationsError(.input, "\(path): found more than \(Self.maximumBytes) bytes, expected a short YAML file")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw OperationsError(.input, "\(path): found bytes that are not UTF-8, expected UTF-8 text")
    }
    try self.init(text: text, file: path)
  }

  /// Reads a text whose root is a mapping.
  init(text: String, file: String) throws {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.located(error, file: file)
    }
    guard let root else { throw OperationsError(.input, "\(file): found nothing, expected a mapping") }
    try self.init(root, file: file, place: "")
  }

  private init(_ node: Node, file: String, place: String) throws {
    self.file = file
    self.place = place
    line = node.mark?.line ?? 1
    guard let mapping = node.mapping else {
      throw OperationsError(.input, "\(file) line \(line): \(place.isEmpty ? "" : place + ": ")found \(node.found), expected a mapping")
    }
    for (key, value) in mapping {
      guard let name = key.scalar?.string else { throw error(key.mark?.line, "found \(key.found) as a key, expected a name") }
      entries.append((name, key.mark?.line ?? line, value))
    }
  }

  /// A scalar as text; nil where the key is missing.
  mutating func text(_ key: String, _ expectation: String) throws -> (text: String, line: Int)? {
    guard let (line, value) = take(key) else { return nil }
    guard let scalar = value.scalar, !value.isNothing else {
      throw error(line, "\(key): found \(value.found), expected \(expectation)")
    }
    return (scalar.string, line)
  }

  /// A scalar as a number within bounds; nil where the key is missing.
  mutating func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    let expectation = "a number from \(range.lowerBound) to \(range.upperBound)"
    guard let (text, line) = try text(key, expectation) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw error(line, "\(key): found \(excerpt(text)), expected \(expectation)")
    }
    return number
  }

  /// A scalar as true or false; false where the key is missing.
  mutating func flag(_ key: String) throws -> Bool {
    guard let (text, line) = try text(key, "true or false") else { return false }
    guard let value = ["true": true, "false": false][text] else {
      throw error(line, "\(key): found \(excerpt(text)), expected true or false")
    }
    return value
  }

  /// A mapping inside; nil where the key is missing.
  mutating func section(_ key: String) throws -> YAMLSection? {
    guard let (_, value) = take(key) else { return nil }
    return try YAMLSection(value, file: file, place: place.isEmpty ? key : "\(place): \(key)")
  }

  /// A list of mappings; nil where the key is missing.
  mutating func sections(_ key: String, atMost limit: Int) throws -> [YAMLSection]? {
    try list(key, atMost: limit, of: "mappings")?.enumerated().map { index, node in
      try YAMLSection(node, file: file, place: "\(key) \(index + 1)")
    }
  }

  /// A list of texts; nil where the key is missing.
  mutating func texts(_ key: String, atMost limit: Int) throws -> [(text: String, line: Int)]? {
    try list(key, atMost: limit, of: "texts")?.map { node in
      guard let scalar = node.scalar else { throw error(node.mark?.line, "\(key): found \(node.found), expected a text") }
      return (scalar.string, node.mark?.line ?? line)
    }
  }

  /// Every key that is left, with its scalar: a mapping of names that are the user's own.
  mutating func remainder() throws -> [(key: String, text: String, line: Int)] {
    let left = entries
    entries = []
    return try left.map { key, line, value in
      guard let scalar = value.scalar else { throw error(line, "\(key): found \(value.found), expected a text") }
      return (key, scalar.string, line)
    }
  }

  /// Throws if a key is left that nobody asked for.
  func finish() throws {
    guard let first = entries.first else { return }
    let suggestion = NearestWord.remark(on: first.key, among: expected)
    throw error(first.line, "unknown key \(excerpt(first.key)): expected \(expected.joined(separator: ", "))\(suggestion)")
  }

  /// An error at a line of the mapping.
  func error(_ line: Int?, _ message: String) -> OperationsError {
    OperationsError(.input, "\(file) line \(line ?? self.line): \(place.isEmpty ? "" : place + ": ")\(message)")
  }

  private mutating func take(_ key: String) -> (line: Int, value: Node)? {
    expected.append(key)
    guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
    let entry = entries.remove(at: index)
    return (entry.line, entry.value)
  }

  private mutating func list(_ key: String, atMost limit: Int, of kind: String) throws -> [Node]? {
    guard let (line, value) = take(key) else { return nil }
    guard let sequence = value.sequence else { throw error(line, "\(key): found \(value.found), expected a list of \(kind)") }
    guard sequence.count <= limit else {
      throw error(line, "\(key): found a list of \(sequence.count), expected at most \(limit)")
    }
    return Array(sequence)
  }

  private static func reason(_ error: any Error, _ path: String) -> String {
    let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    return switch error {
    case _ where kind == .typeDirectory: "it is a folder, expected a YAML file"
    default: FailureReason.words(for: error, at: path, isReading: true)
    }
  }

  private static func located(_ error: YamlError, file: String) -> OperationsError {
    let (line, problem): (Int?, String) =
      switch error {
      case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
        .composer(let context, let problem, let mark, _):
        (mark.line, [problem, context?.text].compactMap { $0 }.joined(separator: " "))
      case .duplicatedKeysInMapping(let duplicates, let context):
        (context.mark.line, "the mapping that begins here has more than one \(duplicates.sorted().joined(separator: ", "))")
      default: (nil, "\(error)")
      }
    return OperationsError(.input, "\(file)\(line.map { " line \($0)" } ?? ""): not YAML: \(problem)", cause: error)
  }
}
