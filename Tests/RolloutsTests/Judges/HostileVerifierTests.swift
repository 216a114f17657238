import Meaning
import NumericTestSupport
import Rollouts
import Testing

@Suite struct HostileVerifierTests {
  private static func refusal(_ change: (inout VerifierJudge.Options) throws -> Void) throws -> String? {
    var options = try VerifierJudgeTests.options()
    try change(&options)
    let changed = options
    let error = #expect(throws: RolloutsError.self) {
      try VerifierJudge(TinyModel.decoder(positions: 512), tokenizer: TinyTokenizer.make(), options: changed)
    }
    #expect(error?.code == .request)
    return error?.message
  }

  @Test("Answers that a model cannot tell apart are refused") func answersThatAModelCannotTellApartAreRefused() throws {
    // Without merges, both begin with the token of a space.
    #expect(try Self.refusal { $0.prompt = try VerifierJudgeTests.prompt(yes: " a", no: " c") }?.contains("same token 2") == true)
    #expect(try Self.refusal { $0.prompt = try VerifierJudgeTests.prompt(yes: "a", no: "") }?.contains("'a' and ''") == true)
  }

  @Test("Prompts without places are refused", arguments: ["", "{answer}", "{reference} {question}", "{ reference } {answer}"])
  func promptsWithoutPlacesAreRefused(text: String) {
    #expect(throws: RolloutsError.self) { try VerifierPrompt(text) }
  }

  @Test("Sizes out of bounds are refused", arguments: [Int.min, -1, 0, Int.max, 1 << 21])
  func sizesOutOfBoundsAreRefused(size: Int) throws {
    #expect(try Self.refusal { $0.maximumAnswerTokens = size }?.contains("tokens of an answer") == true)
    #expect(try Self.refusal { $0.maximumLength = size } != nil)
    #expect(try Self.refusal { $0.rows = size } != nil)
    if size != 0 { #expect(try Self.refusal { $0.maximumQuestionTokens = size } != nil) }
    if size < 0 { #expect(try Self.refusal { $0.cacheBytes = size } != nil) }
  }

  @Test("What has no room is refused") func whatHasNoRoomIsRefused() throws {
    #expect(try Self.refusal { $0.maximumLength = 170 }?.contains("expected room for") == true)
    #expect(try Self.refusal { $0.maximumLength = 5000 }?.contains("4096 positions") == true)
    #expect(try Self.refusal { $0.threshold = .nan } != nil)
    #expect(try Self.refusal { $0.prompt = try VerifierPrompt("{reference}{answer}", yes: "a", no: "c") } != nil)
  }

  @Test("Long texts are read as far as their first tokens") func longTextsAreReadAsFarAsTheirFirstTokens() throws {
    let judge = try VerifierJudgeTests.judge()
    let long = String(repeating: "dk", count: 16)
    let question = String(repeating: "k", count: 100)
    let odds = try judge.logOdds(of: [(long, "e"), ("e", long)], question: question)
    let longer = long + String(repeating: "st op", count: 100_000)
    #expect(try judge.logOdds(of: [(longer, "e"), ("e", longer)], question: question + String(repeating: "l", count: 1_000_000)) == odds)
    #expect(try judge.logOdds(of: [(String(long.dropLast()), "e")], question: question)[0] != odds[0])
  }

  /// 32 tokens end within a character of three; special tokens, places and control characters are text like any other.
  static let strangeAnswers = [
    String(repeating: "€", count: 11) + "dk", "<end>", "{reference}", "{answer}{question}", "\u{0}\u{1}", "\u{FFFD}\u{FFFD}", "é€",
    "\u{202E}", String(repeating: "\u{0301}", count: 5_000), String(repeating: "<end>", count: 100), "日本",
  ]

  @Test("Strange answers have opinions", arguments: strangeAnswers.indices) func strangeAnswersHaveOpinions(index: Int) throws {
    let answer = Self.strangeAnswers[index]
    let judge = try VerifierJudgeTests.judge { $0.rows = 7 }
    let clusters = try judge.clusters(of: ["abc", answer, "e", answer], question: answer)
    #expect(clusters[1] == clusters[3])
    #expect(try judge.clusters(of: ["abc", answer, "e", answer], question: answer) == clusters)
  }

  @Test("Places in answers stay text") func placesInAnswersStayText() throws {
    let judge = try VerifierJudgeTests.judge()
    let odds = try judge.logOdds(of: [("e", "abc{question}"), ("e", "abcstop")], question: "stop")
    #expect(odds[0] != odds[1])
  }

  @Test("The cache forgets the oldest within its bound") func theCacheForgetsTheOldestWithinItsBound() {
    func key(_ index: Int) -> OpinionCache.Key { .init(question: "q", reference: "r", answer: String(repeating: "x", count: index)) }
    var cache = OpinionCache(bytes: 20_000)
    for index in 0..<1000 { cache.insert(Float(index), for: key(index)) }
    #expect(cache[key(999)] == 999)
    #expect(cache[key(0)] == nil)
    #expect(cache[key(980)] == nil)
    // What is used stays.
    for index in 0..<200 {
      cache.insert(Float(index), for: key(index))
      #expect(cache[key(0)] == 0)
    }
    cache.insert(1, for: key(50_000))
    #expect(cache[key(50_000)] == nil)
    var none = OpinionCache(bytes: 0)
    none.insert(1, for: key(1))
    #expect(none[key(1)] == nil)
  }

  @Test("The cache tells unequal bytes apart") func theCacheTellsUnequalBytesApart() {
    var cache = OpinionCache(bytes: 20_000)
    cache.insert(1, for: .init(question: "", reference: "", answer: "\u{E9}"))
    #expect(cache[.init(question: "", reference: "", answer: "e\u{301}")] == nil)
  }
}
