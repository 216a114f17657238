import ArgumentParser
import Foundation
import HuggingFace

/// JSON values, one a line, on the standard output.
enum JSONLineWriter {
  /// Writes a line at once.
  static func write(_ value: JSONValue) throws {
    var line: [UInt8] = []
    append(value, to: &line)
    try write(line)
  }

  /// Writes lines that ``append(_:to:)`` made. A reader that has gone, as in `empo tokenize | head`, ends the command without a word.
  static func write(_ lines: [UInt8]) throws {
    do {
      try DescriptorBytes.write(STDOUT_FILENO, lines)
    } catch {
      if error.isBrokenPipe { throw ExitCode(ExitStatus.stopped(by: SIGPIPE)) }
      throw CommandLineError(.input, "the standard output cannot be written: \(error)")
    }
  }

  /// Appends a value as a line without white space between its parts. Numbers that JSON does not have become null.
  static func append(_ value: JSONValue, to line: inout [UInt8]) {
    appendValue(value, to: &line)
    line.append(UInt8(ascii: "\n"))
  }

  private static func appendValue(_ value: JSONValue, to line: inout [UInt8]) {
    switch value {
    case .null: line.append(contentsOf: "null".utf8)
    case .boolean(let value): line.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): append(value, to: &line)
    case .number(let value): line.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    case .string(let value): append(value, to: &line)
    case .array(let values):
      line.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        appendValue(value, to: &line)
      }
      line.append(UInt8(ascii: "]"))
    case .object(let object):
      line.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        append(member.key, to: &line)
        line.append(UInt8(ascii: ":"))
        appendValue(member.value, to: &line)
      }
      line.append(UInt8(ascii: "}"))
    }
  }

  private static func append(_ value: Int, to line: inout [UInt8]) {
    guard value > 9 else { return line.append(contentsOf: "\(value)".utf8) }
    let start = line.count
    var rest = value
    while rest > 0 {
      line.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    line[start...].reverse()
  }

  private static func append(_ string: String, to line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): line.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case UInt8(ascii: "\n"): line.append(contentsOf: "\\n".utf8)
      case 0..<0x20:
        line.append(contentsOf: "\\u00".utf8)
        line.append(contentsOf: [byte >> 4, byte & 15].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "a") + $0 - 10 })
      default: line.append(byte)
      }
    }
    line.append(UInt8(ascii: "\""))
  }
}
