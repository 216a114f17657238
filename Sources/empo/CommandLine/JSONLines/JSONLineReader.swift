import Files
import Foundation
import JSON

/// JSON values, one a line, from a file or the standard input.
///
/// Reads ahead no further than one buffer, and waits only when it has no whole line. Blank lines are passed over.
struct JSONLineReader: Sendable {
  /// The input's name in messages.
  let name: String

  /// The longest line, in bytes.
  static let maximumLineLength = 64 << 20

  private let input: Input
  private var buffer: [UInt8] = []
  private var start = 0
  private var number = 0
  private var isAtEnd = false

  /// Opens a file; nil or "-" is the standard input.
  init(path: String?) throws {
    if let path, path != "-" {
      name = path
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        let reason = FailureReason.words(forNumber: errno, at: path, isReading: true)
        throw CommandLineError(.input, "\(path): cannot be read: \(reason); expected a file of JSON lines")
      }
      input = Input(descriptor: descriptor, isOwned: true)
    } else {
      name = "standard input"
      input = Input(descriptor: STDIN_FILENO, isOwned: false)
    }
  }

  /// The next value and its line's number, counted from 1; nil after the last line.
  mutating func next() throws -> (number: Int, value: JSONValue)? {
    while let line = try nextLine() {
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
      return (number, try value(of: line))
    }
    return nil
  }

  /// Whether a whole line is there without waiting.
  var hasLine: Bool { buffer[start...].contains(UInt8(ascii: "\n")) }

  /// An error in the line that was read last.
  func failure(_ problem: String) -> CommandLineError {
    CommandLineError(.input, "\(name): line \(number): \(problem)")
  }

  private func value(of line: [UInt8]) throws -> JSONValue {
    do {
      return try JSONReader.value(of: line, source: "")
    } catch let error as FileError {
      // The reader counts lines within the line.
      let own = ": line 1, "
      throw CommandLineError(
        .input,
        "\(name): line \(number), \(error.message.hasPrefix(own) ? String(error.message.dropFirst(own.count)) : error.message); "
          + "expected one JSON object a line")
    }
  }

  private mutating func nextLine() throws -> [UInt8]? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return take(start..<end)
      }
      searched = buffer.count
      guard searched - start <= Self.maximumLineLength else {
        number += 1
        throw failure("longer than \(Self.maximumLineLength) bytes, expected shorter lines")
      }
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return take(start..<buffer.count)
      }
      searched -= start
      try refill()
    }
  }

  private mutating func take(_ range: Range<Int>) -> [UInt8] {
    number += 1
    let hasReturn = !range.isEmpty && buffer[range.upperBound - 1] == UInt8(ascii: "\r")
    return Array(buffer[range.lowerBound..<range.upperBound - (hasReturn ? 1 : 0)])
  }

  /// Moves the rest of the buffer to its beginning, and appends the available bytes.
  private mutating func refill() throws {
    buffer.removeSubrange(..<start)
    start = 0
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    do {
      let count = try DescriptorBytes.read(input.descriptor, into: &piece)
      isAtEnd = count == 0
      let isFirst = number == 0 && buffer.isEmpty
      buffer.append(contentsOf: piece[..<count])
      if isFirst, let format = ForeignFormat(content: buffer) {
        throw CommandLineError(.input, "\(name): found \(format.title), expected JSON lines: \(format.conversion(of: name))")
      }
    } catch let error as CommandLineError {
      throw error
    } catch {
      throw CommandLineError(.input, "\(name): cannot be read: \(FailureReason.words(for: error))")
    }
  }
}

/// An open descriptor, closed after the last use.
private final class Input: Sendable {
  let descriptor: Int32
  private let isOwned: Bool

  init(descriptor: Int32, isOwned: Bool) {
    self.descriptor = descriptor
    self.isOwned = isOwned
  }

  deinit {
    if isOwned { _ = close(descriptor) }
  }
}
