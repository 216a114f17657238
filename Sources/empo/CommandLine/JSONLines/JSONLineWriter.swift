import ArgumentParser
import Foundation
import JSON
import Operations

/// JSON values, one a line, on the standard output.
enum JSONLineWriter {
  /// Writes a line at once.
  static func write(_ value: JSONValue) throws {
    var line: [UInt8] = []
    append(value, to: &line)
    try write(line)
  }

  /// Writes lines that ``append(_:to:)`` made. A reader that has gone, as in `empo tokenize | head`, ends the command without a message.
  static func write(_ lines: [UInt8]) throws {
    do {
      try DescriptorBytes.write(STDOUT_FILENO, lines)
    } catch {
      if error.isBrokenPipe { throw ExitCode(ExitStatus.stopped(by: SIGPIPE)) }
      throw CommandLineError(.input, "the standard output cannot be written: \(error)")
    }
  }

  /// Appends a value as a line.
  static func append(_ value: JSONValue, to lines: inout [UInt8]) {
    value.writeOneLine(to: &lines)
    lines.append(UInt8(ascii: "\n"))
  }
}
