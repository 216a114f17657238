import Foundation
import HuggingFace
import Tensors
import Testing
import Transformer

struct EntailmentClassifierTests {
  /// Absolute, of logits of order 1: both sides round sums of a few dozen terms in each of a few layers.
  static let tolerance: Float = 1e-5

  @Test(arguments: EntailmentFixture.all)
  func `A classifier computes what PyTorch computes`(_ fixture: EntailmentFixture) throws {
    let classifier = try EntailmentClassifier(folder: fixture.model)
    let cases = try fixture.cases()
    let opinions = try classifier.opinions(on: cases.map(\.pair))
    #expect(opinions.count == cases.count && cases.count > 60)
    var worst: Float = 0
    for (opinion, expected) in zip(opinions, cases) {
      #expect(opinion.label.rawValue == expected.label)
      #expect(opinion.logits.count == expected.logits.count)
      worst = max(worst, zip(opinion.logits, expected.logits).map { abs($0 - $1) }.max() ?? .infinity)
    }
    #expect(worst < Self.tolerance)
    #expect(Set(opinions.map(\.label)).count == classifier.configuration.labels.count)
    print("\(fixture.name): the greatest difference to PyTorch's logits is \(worst)")
  }

  @Test(arguments: EntailmentFixture.all)
  func `A pair's logits have the same bits whatever it is computed with, and on any number of lanes`(_ fixture: EntailmentFixture) throws {
    let classifier = try EntailmentClassifier(folder: fixture.model)
    let pairs = try fixture.cases().map(\.pair)
    let together = try classifier.opinions(on: pairs)
    for (pair, opinion) in zip(pairs, together) { #expect(try classifier.opinions(on: [pair]) == [opinion]) }
    #expect(try classifier.opinions(on: pairs.reversed()) == together.reversed())
    #expect(try EntailmentClassifier(folder: fixture.model, lanes: Lanes(count: 3)).opinions(on: pairs) == together)
    #expect(try classifier.opinions(on: []).isEmpty)
    #expect(Set(together.map(\.logits)).count > 40)
  }

  @Test(arguments: EntailmentFixture.all)
  func `A context stands in front of both texts`(_ fixture: EntailmentFixture) throws {
    let classifier = try EntailmentClassifier(folder: fixture.model)
    let pairs = [("Paris", "paris!"), ("41", "42 apples"), ("x^2", "It's")].map {
      EntailmentClassifier.Pair(premise: $0.0, hypothesis: $0.1)
    }
    let joined = pairs.map { EntailmentClassifier.Pair(premise: "Is it? " + $0.premise, hypothesis: "Is it? " + $0.hypothesis) }
    let opinions = try classifier.opinions(on: pairs, context: "Is it?")
    #expect(opinions == (try classifier.opinions(on: joined)))
    #expect(opinions != (try classifier.opinions(on: pairs)))
  }

  /// A long question must not crowd the answers out: then all pairs would look the same.
  @Test(arguments: EntailmentFixture.all)
  func `A long context loses its beginning before a text loses anything`(_ fixture: EntailmentFixture) throws {
    let classifier = try EntailmentClassifier(folder: fixture.model)
    func opinion(_ context: String, _ premise: String, _ hypothesis: String) throws -> EntailmentClassifier.Opinion {
      try classifier.opinions(on: [.init(premise: premise, hypothesis: hypothesis)], context: context)[0]
    }
    let long = String(repeating: "the capital of France ", count: 200) + "is?"
    let expected = try opinion(long, "41", "42")
    #expect(try opinion(String(repeating: "apples ", count: 300) + long, "41", "42") == expected)
    #expect(try opinion(long, "41", "43") != expected)
    #expect(try opinion(long + " x", "41", "42") != expected)
    #expect(!expected.isBlind)
  }

  @Test(arguments: EntailmentFixture.all)
  func `Texts that are the same as far as they are read are not taken for the same`(_ fixture: EntailmentFixture) throws {
    let classifier = try EntailmentClassifier(folder: fixture.model)
    func isBlind(_ premise: String, _ hypothesis: String) throws -> Bool {
      let opinion = try classifier.opinions(on: [.init(premise: premise, hypothesis: hypothesis)])[0]
      #expect(!opinion.isBlind || !opinion.isEntailment)
      return opinion.isBlind
    }
    let long = String(repeating: "x ", count: 100)
    #expect(try isBlind(long + "a", long + "b") && isBlind(long, long + "b") && isBlind(long, long))
    #expect(try !isBlind("a", "a") && !isBlind(long, "x") && !isBlind("x", long) && !isBlind("a" + long, "b" + long))
    // One is read whole, and the other one as far.
    let room = classifier.maximumTokens - (fixture.name.hasPrefix("bert") ? 3 : 4)
    let half = String(repeating: "!", count: room / 2)
    #expect(try !isBlind(half, half) && !isBlind(half, half + "???") && isBlind(half + "?", half + "??"))
  }

  @Test func `Any thread may ask at any time`() async throws {
    let fixture = EntailmentFixture.all[0]
    let classifier = try EntailmentClassifier(folder: fixture.model)
    let pairs = try fixture.cases().map(\.pair)
    let expected = try classifier.opinions(on: pairs)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 { group.addTask { try classifier.opinions(on: pairs) == expected } }
      for try await isEqual in group { #expect(isEqual) }
    }
  }
}
