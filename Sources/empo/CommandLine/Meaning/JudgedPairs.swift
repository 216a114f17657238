import JSON
import Meaning

/// Every pair, judged and timed.
struct JudgedPairs {
  let pairs: [LabelledPair]
  let verdicts: [Verdict]

  /// The time of each round.
  private let rounds: [Duration]

  /// The time of each pair in its fastest round, so that a host that is briefly busy makes no pair slow.
  private let times: [Duration]

  /// Judges all pairs in every round.
  init(_ pairs: [LabelledPair], judge: any AnswerJudge, rounds: Int) throws {
    let clock = ContinuousClock()
    var verdicts: [Verdict] = []
    var times: [Duration] = []
    var durations: [Duration] = []
    for round in 0..<rounds {
      let start = clock.now
      var last = start
      for (index, pair) in pairs.enumerated() {
        let verdict = try judge.verdict(on: pair.first, and: pair.second, question: pair.question)
        let now = clock.now
        if round == 0 {
          verdicts.append(verdict)
          times.append(now - last)
        } else {
          times[index] = min(times[index], now - last)
        }
        last = now
      }
      durations.append(last - start)
    }
    self.pairs = pairs
    self.verdicts = verdicts
    self.times = times
    self.rounds = durations
  }

  /// The figures, as one line.
  func figures(groups: JudgedGroups) -> JSONValue {
    let agrees = pairs.indices.map { verdicts[$0].isEquivalent == pairs[$0].isEquivalent }
    var kinds: [String: (pairs: Int, agree: Int)] = [:]
    for (pair, agrees) in zip(pairs, agrees) {
      kinds[pair.kind, default: (0, 0)].pairs += 1
      kinds[pair.kind, default: (0, 0)].agree += agrees ? 1 : 0
    }
    let slowest = times.indices.max { times[$0] < times[$1] } ?? 0
    let count = Double(pairs.count)
    return .members([
      "pairs": .integer(pairs.count),
      "agreement": .number(Double(agrees.count { $0 }) / count),
      "kinds": .object(
        JSONObject(
          kinds.sorted { $0.key < $1.key }.map { kind, counts in
            .init(kind, .members(["pairs": .integer(counts.pairs), "agree": .integer(counts.agree)]))
          })),
      "false_equal": .integer(pairs.indices.count { verdicts[$0].isEquivalent && !pairs[$0].isEquivalent }),
      "pairs_per_second": .number(count / rounds.median.seconds),
      "groups_per_second": groups.perSecond.map { .number($0) } ?? .null,
      "slowest_ms": .number(times[slowest].seconds * 1000),
      "slowest": .array([.string(pairs[slowest].first), .string(pairs[slowest].second)]),
    ])
  }
}

/// Groups of answers, clustered and timed.
struct JudgedGroups {
  /// Groups clustered a second in the round in the middle; nil where there are too few answers for a group.
  let perSecond: Double?

  /// Clusters the answers of the pairs, `size` at a time, in every round.
  init(of pairs: [LabelledPair], size: Int, judge: any AnswerJudge, rounds: Int) throws {
    let answers = pairs.flatMap { [$0.first, $0.second] }
    let groups = stride(from: 0, through: answers.count - size, by: size).map { Array(answers[$0..<$0 + size]) }
    guard !groups.isEmpty else {
      perSecond = nil
      return
    }
    let clock = ContinuousClock()
    let durations = try (0..<rounds).map { _ in
      try clock.measure {
        for group in groups { _ = try judge.clusters(of: group, question: "") }
      }
    }
    perSecond = Double(groups.count) / durations.median.seconds
  }
}

extension [Duration] {
  /// The median; of an even number the slower one of the two.
  fileprivate var median: Duration { sorted()[count / 2] }
}

extension Duration {
  fileprivate var seconds: Double { self / .seconds(1) }
}
