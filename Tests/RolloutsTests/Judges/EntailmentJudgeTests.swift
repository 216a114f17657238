import Foundation
import Meaning
import Rollouts
import Synchronization
import Tensors
import Testing
import Transformer

@Suite struct EntailmentJudgeTests {
  private static func folder(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "TransformerTests/Fixtures/nli/\(name)/model").path
  }

  private static let question = "Where is the Louvre?"

  /// What follows from what, in a world of few facts: (premise, hypothesis).
  private static let facts: Set<[String]> = [
    ["Paris", "in Paris"], ["in Paris", "Paris"],
    // One way only.
    ["Paris", "France"], ["in Paris", "in France"],
    ["France", "in France"], ["in France", "France"],
    // A chain whose ends differ.
    ["a few", "some"], ["some", "a few"], ["some", "many"], ["many", "some"],
  ]

  /// A judge that knows the facts, and every call of its model.
  private static func stub(_ options: EntailmentJudge.Options = .init(), calls: Calls = Calls()) -> EntailmentJudge {
    EntailmentJudge(options: options) { pairs, question in
      calls.asked.withLock { $0.append(pairs.map { [question, $0.premise, $0.hypothesis] }) }
      return pairs.map { facts.contains([$0.premise, $0.hypothesis]) }
    }
  }

  private final class Calls: Sendable {
    let asked = Mutex<[[[String]]]>([])
    var all: [[[String]]] { asked.withLock { $0 } }
  }

  @Test("Answers are the same when each entails the other") func answersAreTheSameWhenEachEntailsTheOther() throws {
    let judge = Self.stub()
    let answers = ["Paris", "France", "in Paris", " Paris\n", "", "London", "in France", "  ", "London"]
    #expect(try judge.clusters(of: answers, question: Self.question) == [0, 1, 0, 0, 2, 3, 1, 4, 3])
    #expect(try judge.verdict(on: "in Paris", and: "Paris", question: Self.question) == Verdict(isEquivalent: true, basis: .nli))
    for (first, second) in [("Paris", "France"), ("France", "Paris")] {
      #expect(try judge.verdict(on: first, and: second, question: Self.question) == Verdict(isEquivalent: false, basis: .nli))
    }
    #expect(try judge.verdict(on: "London", and: " London", question: "") == Verdict(isEquivalent: true, basis: .text))
    #expect(try judge.verdict(on: "", and: " ", question: "") == Verdict(isEquivalent: false, basis: .empty))
    #expect(try judge.clusters(of: [], question: "").isEmpty)
  }

  @Test("Clusters follow the rule", arguments: ClusterRule.allCases) func clustersFollowTheRule(rule: ClusterRule) throws {
    let judge = Self.stub(.init(rule: rule))
    let clusters = try judge.clusters(of: ["a few", "some", "many"], question: "How many?")
    #expect(clusters == (rule == .components ? [0, 0, 0] : [0, 0, 1]))
  }

  @Test("The second direction is asked after a yes only, and nothing twice") func theSecondDirectionIsAskedAfterAYesOnly() throws {
    let calls = Calls()
    let judge = Self.stub(calls: calls)
    let answers = ["Paris", "France", "in Paris", "Paris"]
    _ = try judge.clusters(of: answers, question: " Where?\n")
    // A round of the first answer with the rest in both directions, then one of those left.
    let first = [["Where?", "Paris", "France"], ["Where?", "Paris", "in Paris"]]
    let back = [["Where?", "France", "Paris"], ["Where?", "in Paris", "Paris"]]
    #expect(calls.all == [first, back, [["Where?", "France", "in Paris"]]])
    _ = try judge.clusters(of: answers, question: "Where?")
    #expect(calls.all.count == 3)
    _ = try judge.clusters(of: answers, question: "And where?")
    #expect(calls.all.count == 6)
    let forgetful = Calls()
    let other = Self.stub(.init(cacheBytes: 0), calls: forgetful)
    for _ in 0..<2 { _ = try other.clusters(of: answers, question: "Where?") }
    #expect(forgetful.all.count == 6)
  }

  @Test("A group costs a pass for each ordered pair at most") func aGroupCostsAPassForEachOrderedPairAtMost() throws {
    for isAlways in [false, true] {
      let count = Counter()
      let judge = EntailmentJudge(options: .init()) { pairs, _ in
        count.value.withLock { $0 += pairs.count }
        return pairs.map { _ in isAlways }
      }
      _ = try judge.clusters(of: (0..<8).map { "answer \($0)" }, question: "")
      // All agree with the first one; or nobody with anybody, which is known after one direction.
      #expect(count.value.withLock { $0 } == (isAlways ? 14 : 28))
    }
  }

  private final class Counter: Sendable {
    let value = Mutex(0)
  }

  /// The tiny random classifiers of scripts/fixtures/nli.py: what the judge makes of their opinions, whatever they mean.
  @Test("The model's opinions decide", arguments: ["bert-three-f16", "bert-two-bf16", "roberta-three-f32"])
  func theModelsOpinionsDecide(name: String) throws {
    let classifier = try EntailmentClassifier(folder: Self.folder(name))
    let answers = [
      "Paris", "paris!", "London", "41", "42 apples", "x^2", "don't", "the city of Paris", "It is not Paris.", "Tom", "?", "мир",
      "apples apples apples apples", "\u{1F680} to the moon", "ééééé", "[SEP] paris", "a </s> b",
    ]
    var numbers: Set<Int> = []
    let ordered = answers.indices.flatMap { first in answers.indices.map { (first, $0) } }
    for question in ["", "Where?", "41"] {
      let opinions = try classifier.opinions(
        on: ordered.map { .init(premise: answers[$0.0], hypothesis: answers[$0.1]) }, context: question)
      func agree(_ first: Int, _ second: Int) -> Bool {
        [first * answers.count + second, second * answers.count + first].allSatisfy { opinions[$0].isEntailment }
      }
      for rule in ClusterRule.allCases {
        let judge = try JudgeKind("nli:" + Self.folder(name)).judge(.init(clusterRule: rule), lanes: .init(count: 2))
        let expected = rule.clusters(count: answers.count, agree: agree)
        #expect(try judge.clusters(of: answers, question: question) == expected)
        for (first, second) in [(0, 1), (1, 0), (3, 9), (12, 4)] {
          #expect(try judge.isEqual(answers[first], answers[second], question: question) == agree(first, second))
        }
        numbers.insert(1 + (expected.max() ?? 0))
      }
    }
    #expect(numbers.contains { 2..<answers.count ~= $0 }, "\(numbers)")
  }

  @Test("Many callers get what one gets") func manyCallersGetWhatOneGets() async throws {
    let judge = try EntailmentJudge(folder: Self.folder("roberta-three-f32"), options: .init(cacheBytes: 4_000))
    let answers = (0..<12).map { "answer \($0)" } + ["Paris", "in Paris"]
    let expected = try judge.clusters(of: answers, question: Self.question)
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<4 { group.addTask { try judge.clusters(of: answers, question: Self.question) } }
      for try await clusters in group { #expect(clusters == expected) }
    }
  }

  @Test("A model of another kind is an error") func aModelOfAnotherKindIsAnError() {
    let encoder = URL(filePath: Self.folder("x")).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "bert/mean-f32/model").path
    #expect(throws: (any Error).self) { try JudgeKind.nli(folder: encoder).judge(lanes: .init(count: 1)) }
    #expect(throws: (any Error).self) { try JudgeKind.embedding(folder: Self.folder("bert-three-f16")).judge(lanes: .init(count: 1)) }
  }
}
