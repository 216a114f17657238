import JSON

/// Lines in, answers out in the lines' order, one at a time.
enum AnsweredLines {
  /// Output is written when this much has gathered, or before waiting for the next line.
  private static let outputSize = 1 << 17

  /// Answers every line with the result of `reply` for its members. A wrong line ends the command; the lines before it have been answered
  /// by then.
  static func answer(_ reader: JSONLineReader, expected: String, reply: (JSONLine) throws -> JSONValue) throws {
    var reader = reader
    var output: [UInt8] = []
    do {
      while let read = try reader.next() {
        let line = try JSONLine(read, of: reader, expected: expected)
        do {
          JSONLineWriter.append(try reply(line), to: &output)
        } catch let error where !(error is CommandLineError) {
          throw line.failure("\(error)", cause: error)
        }
        guard output.count >= outputSize || !reader.hasLine else { continue }
        try JSONLineWriter.write(output)
        output.removeAll(keepingCapacity: true)
      }
    } catch let error as CommandLineError {
      try JSONLineWriter.write(output)
      throw error
    }
    try JSONLineWriter.write(output)
  }
}
