import Files
import Foundation
import JSON
import Testing
import Tokenizers

/// Regular expressions of `Split`, through files with them.
@Suite struct ExpressionTests {
  private static func tokenizer(_ pattern: String, _ behavior: String = "Isolated") throws -> Tokenizer {
    let split = JSONValue.object(
      JSONObject([
        .init("type", .string("Split")), .init("pattern", .object(JSONObject([.init("Regex", .string(pattern))]))),
        .init("behavior", .string(behavior)), .init("invert", .boolean(true)),
      ]))
    let encoded = String(decoding: split.encoded(), as: UTF8.self)
    let steps = #"{"type":"Sequence","pretokenizers":[\#(encoded),{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}"#
    let vocabulary = (UInt8(0x61)...0x7A).map { "\"\(Character(Unicode.Scalar($0)))\":\($0)" }.joined(separator: ",")
    return try Tokenizer(
      json: Data(#"{"pre_tokenizer":\#(steps),"decoder":{"type":"ByteLevel"},"model":{"vocab":{\#(vocabulary)},"merges":[]}}"#.utf8))
  }

  /// What is not supported, with the place in the expression.
  static let refused: [(pattern: String, position: Int)] = [
    ("a(b", 2), ("a)", 2), ("a|*", 3), ("[a", 1), ("[]a]", 2), ("a\\", 2), (#"a\1"#, 2), (#"\k<n>"#, 1), (#"\X"#, 1), (#"\G"#, 1),
    (#"\u12"#, 1), (#"\x{110000}"#, 1), (#"\xFF"#, 1), (#"\p{Elbonian}"#, 1), (#"\p{L"#, 1), (#"\pL"#, 1), ("[b-a]", 2),
    (#"[a-\d]"#, 2), ("[[:elbonian:]]", 2), ("(?s:.)", 1), ("(?P<n>a)", 1), ("(*FAIL)", 1), ("(?~a)", 1), ("(?<=a*)b", 1),
    ("(a*)*", 1), ("(?:|a)+", 1), ("a{3,2}", 2), ("a{1001}", 6), ("(?i)ä", 5), ("(?i)ss", 6), (#"(?i:[\p{Lu}])"#, 6), ("^*", 1),
    (String(repeating: "(", count: 10_000), 51), (String(repeating: "a**", count: 60), 0), (String(repeating: "[", count: 60), 51),
    ("((((a{1000}){1000}){1000}){1000}){1000}", 1), (String(repeating: "a", count: 10_001), 10_001),
  ]

  @Test("Refuses by the character", arguments: refused) func refusesByTheCharacter(_ hostile: (pattern: String, position: Int)) {
    let error = #expect(throws: FileError.self) { try Self.tokenizer(hostile.pattern) }
    let message = error?.message ?? ""
    #expect(message.hasPrefix(#"tokenizer.json: "pre_tokenizer.pretokenizers[0].pattern.Regex" has, at character "#), "\(message)")
    if hostile.position > 0 { #expect(message.contains("at character \(hostile.position), "), "\(message)") }
  }

  /// Only what matches is left, so that the tokens tell where.
  @Test(
    "Matches",
    arguments: [
      ("a+b", "xaab", "aab"), ("(?>a+)ab", "aaab", ""), ("a*+b", "aab", "aab"), ("(?:a|ab)(?:c|bcd)", "abcd", "abcd"),
      ("a(?=b)", "abac", "a"), ("a(?!b)", "abac", "a"), ("(?<=b)a", "aba", "a"), ("a{2}?b", "ab", "b"), ("x(?#no)y", "xy", "xy"),
      ("(?<name>a)b", "ab", "ab"), ("a{,2}b", "aaab", "aab"), (#"[a-c&&[^b]]+"#, "abc", "ac"), (#"\x61\u0062\x{63}"#, "abc", "abc"),
      ("(?i:S)", "ſsk", "s"), (#"\p{^Ll}|b"#, "ab", "b"), ("a|b|", "ab", "ab"),
    ])
  func matches(_ pattern: String, _ text: String, _ expected: String) throws {
    let tokenizer = try Self.tokenizer(pattern, "Removed")
    #expect(tokenizer.decode(tokenizer.encode(text)) == expected)
  }

  /// Patterns that a plain backtracking matcher takes exponential time for, and texts that take it long.
  @Test(
    "Ends in bounded time",
    .timeLimit(.minutes(15)),
    arguments: [
      "(a+)+b", "(a|aa)+b", "(?:a|a)+$b", "(a?){50}a{50}b", "(?=(a+)+b)a", "(?>a+)+b|(?:a+a+)+b", "(?:a{1,3}){1,300}b", "(?<!b)(?:a+)+c",
    ])
  func endsInBoundedTime(_ pattern: String) throws {
    let tokenizer = try Self.tokenizer(pattern)
    let text = String(repeating: "a", count: 3000)
    #expect(tokenizer.encode(text).count == 3000)
  }
}
