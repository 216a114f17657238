import Files
import JSON
import Testing

private func parse(_ text: String) throws -> JSONValue {
  try JSONReader.value(of: Array(text.utf8), source: "text")
}

@Suite struct JSONReaderTests {
  @Test("Keeps order and duplicates") func keepsOrderAndDuplicates() throws {
    let value = try parse(#" {"b": 1, "a": [true, false, null], "b": -2.5e1} "#)
    #expect(
      value
        == .object(
          JSONObject([
            .init("b", .integer(1)), .init("a", .array([.boolean(true), .boolean(false), .null])), .init("b", .number(-25)),
          ])))
    guard case .object(let object) = value else { return }
    #expect(object["b"] == .number(-25))
  }

  @Test(
    "Reads strings",
    arguments: [
      (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\ud83d\ude00x""#, "é😀x"), (#""\u0000""#, "\0"), ("\"é\"", "é"),
    ])
  func readsStrings(_ text: String, expected: String) throws {
    #expect(try parse(text) == .string(expected))
  }

  @Test(
    "Refuses",
    arguments: [
      "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"", "{\"a\":", "{\"a\":1,}", "{a:1}", "\"", "\"\\", "\"\\x\"", "\"\\u12\"",
      "\"\\ud800\"",
      "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "-", "01", "1.", ".5", "1e", "+1", "NaN", "Infinity", "tru", "1 2", "1e400",
      "\"\\uＦ000\"",
    ])
  func refuses(_ text: String) {
    let error = #expect(throws: FileError.self) { try parse(text) }
    #expect(error?.message.hasPrefix("text: line 1, column ") == true)
  }

  @Test("Refuses strings that are not UTF 8") func refusesStringsThatAreNotUTF8() {
    #expect(throws: FileError.self) { try JSONReader.value(of: [0x22, 0xC3, 0x28, 0x22], source: "text") }
    #expect(throws: FileError.self) { try JSONReader.value(of: [0x22, 0x5C, 0x6E, 0xFF, 0x22], source: "text") }
  }

  @Test("Refuses deep nesting", arguments: ["[", "{\"a\":"]) func refusesDeepNesting(_ opening: String) {
    let error = #expect(throws: FileError.self) { try parse(String(repeating: opening, count: 100_000)) }
    #expect(error?.message.contains("nested deeper") == true)
  }

  @Test("Errors name the line") func errorsNameTheLine() {
    let error = #expect(throws: FileError.self) { try parse("{\n  \"a\": 1,\n  \"b\": ?\n}") }
    #expect(error?.message == "text: line 3, column 8: expected a value, found '?'")
  }

  @Test("What is written reads back") func whatIsWrittenReadsBack() throws {
    let value = JSONValue.object(
      JSONObject([
        .init("a\"\\\n\u{1}é", .array([.integer(-1), .number(1e-06), .object(JSONObject()), .array([]), .null, .boolean(true)]))
      ]))
    #expect(try JSONReader.value(of: value.encoded(), source: "text") == value)
  }
}
