import Rollouts
import Testing

@Suite struct JudgeKindTests {
  @Test(
    "A name is read and written",
    arguments: [
      ("exact", JudgeKind.exact), ("math", .math), ("choice", .choice), ("text", .text), ("embedding:/m", .embedding(folder: "/m")),
      ("nli:../m", .nli(folder: "../m")), ("verifier:models/a b:c", .verifier(folder: "models/a b:c")),
    ])
  func aNameIsReadAndWritten(name: String, kind: JudgeKind) throws {
    #expect(try JudgeKind(name) == kind)
    #expect(kind.description == name)
  }

  @Test(
    "Anything else is refused",
    arguments: [
      ("foo", "judge 'foo' is none of exact, math, choice, text, embedding:DIR, nli:DIR, verifier:DIR"), ("", "judge '' is none of"),
      ("Math", "judge 'Math' is none of"), ("math ", "judge 'math ' is none of"), ("embedding", "expected embedding:DIR"),
      ("nli:", "expected nli:DIR"), ("verifier:", "expected verifier:DIR"), ("verifier:a\u{0}b", "expected verifier:DIR"),
      ("math:/m", "expected math"),
      (":", "is none of"),
      ("a\r\nb", "judge 'a b'"), (String(repeating: "x", count: 1000), "x…' is none of"),
    ])
  func anythingElseIsRefused(name: String, message: String) {
    let error = #expect(throws: RolloutsError.self) { try JudgeKind(name) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect((error?.message.count ?? 0) < 200)
  }

  @Test("Only a model moves") func onlyAModelMoves() throws {
    #expect(JudgeKind.math.folder == nil && JudgeKind.math.at(folder: "/m") == .math)
    #expect(JudgeKind.verifier(folder: "/a").at(folder: "/b") == .verifier(folder: "/b"))
    #expect(JudgeKind.nli(folder: "/a").at(folder: "/b") == .nli(folder: "/b"))
    #expect(JudgeKind.embedding(folder: "/a").at(folder: "/b").folder == "/b")
  }
}
