import Foundation
import Testing

/// Random and mutated texts through extraction and the judges' keys: nothing traps, and equal texts have equal keys.
///
/// `scripts/evidence/fuzz.sh` makes a long run of it, through the environment: EMPO_FUZZ says how many texts, EMPO_FUZZ_SEED which,
/// EMPO_FUZZ_FOLDER where chunks under way are noted, EMPO_FUZZ_CHUNK to repeat only that one and print its texts. With EMPO_DATA, answers
/// of the reference data are mutated, too.
@Suite struct FuzzTests {
  private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

  @Test("Nothing traps and equal texts have equal keys") func nothingTrapsAndEqualTextsHaveEqualKeys() throws {
    let environment = ProcessInfo.processInfo.environment
    let seed = UInt64(Self.number("EMPO_FUZZ_SEED") ?? 1)
    let run = FuzzRun(
      seed: seed, count: Self.number("EMPO_FUZZ") ?? 20_000, others: try environment["EMPO_DATA"].map(Self.answers) ?? [],
      folder: environment["EMPO_FUZZ_FOLDER"])
    let findings = run.run(onlyChunk: Self.number("EMPO_FUZZ_CHUNK"))
    #expect(findings.brokenCount == 0, "\(findings.broken.map(\.line).joined(separator: "\n"))")
    #expect(findings.count == run.count || environment["EMPO_FUZZ_CHUNK"] != nil)
    // How long calls take is the script's to judge: tests don't fail on a busy host.
    print("fuzzing: \(findings.count) texts, seed \(seed), \(run.others.count) answers from EMPO_DATA")
    print("fuzzing: slowest call: \(findings.slowest?.line ?? "none")")
    print("fuzzing: \(findings.slowCount) calls over \(FuzzFindings.limit / .milliseconds(1)) ms")
    for slow in findings.slow { print("fuzzing: slow: \(slow.line)") }
  }

  @Test("Texts are a function of the seed") func textsAreAFunctionOfTheSeed() {
    var first = FuzzTexts(seed: 5, others: [])
    var second = FuzzTexts(seed: 5, others: [])
    var third = FuzzTexts(seed: 6, others: [])
    let texts = (0..<2_000).map { _ in first.next() }
    #expect(texts == (0..<2_000).map { _ in second.next() })
    #expect(texts != (0..<2_000).map { _ in third.next() })
    // What a longest text decodes to may have three bytes for one.
    #expect(texts.allSatisfy { $0.utf8.count <= 3 * FuzzTexts.longest })
    #expect(texts.contains { $0.utf8.count > 500 } && texts.contains { $0.contains("\u{FFFD}") })
  }

  /// The answers in a folder of reference data, in the order of its files.
  private static func answers(_ data: String) throws -> [[UInt8]] {
    struct Line: Decodable {
      var a: String?
      var b: String?
      var answer: String?
      var response: String?
    }
    var answers: [[UInt8]] = []
    for folder in ["math", "benchmarks"] {
      let path = "\(data)/\(folder)"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      for name in names.sorted() where name.hasSuffix(".jsonl") {
        for line in try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")).split(separator: UInt8(ascii: "\n")) {
          let line = try JSONDecoder().decode(Line.self, from: line)
          answers += [line.a, line.b, line.answer, line.response].compactMap { $0 }.filter { $0.utf8.count <= 600 }.map { Array($0.utf8) }
        }
      }
    }
    return answers
  }
}
