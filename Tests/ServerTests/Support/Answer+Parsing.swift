import HTTPTypes

extension TestServer.Answer {
  /// What is no HTTP response.
  struct Unreadable: Error, CustomStringConvertible {
    var description: String
  }

  /// Reads a response as it came over the wire, its body whole or in chunks.
  init(parsing text: String) throws {
    guard let end = text.firstRange(of: "\r\n\r\n") else { throw Unreadable(description: "no HTTP response: \(text.prefix(200))") }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    guard let first = lines.first?.split(separator: " "), first.count >= 2, let code = Int(first[1]) else {
      throw Unreadable(description: "no status line: \(text.prefix(200))")
    }
    var fields = HTTPFields()
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else { continue }
      fields.append(HTTPField(name: name, value: line[line.index(after: colon)...].trimmingPrefix(" ").description))
    }
    let rest = String(text[end.upperBound...])
    let isChunked = fields[.transferEncoding] == "chunked"
    self.init(status: .init(code: code), headers: fields, body: isChunked ? Self.joined(Array(rest.utf8)) : rest)
  }

  /// The chunks' contents, each of which has its length before it, in hexadecimal digits.
  private static func joined(_ bytes: [UInt8]) -> String {
    var content: [UInt8] = []
    var rest = bytes[...]
    while let line = rest.firstIndex(of: UInt8(ascii: "\r")),
      let length = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), length > 0
    {
      let start = line + 2
      content += rest[start..<min(start + length, rest.endIndex)]
      rest = rest[min(start + length + 2, rest.endIndex)...]
    }
    return String(decoding: content, as: UTF8.self)
  }
}
