import Meaning
import TestSupport
import Testing

@Suite struct ClusterRuleTests {
  /// Agreement by an explicit list of pairs, the lower index first.
  private static func clusters(_ rule: ClusterRule, _ count: Int, _ edges: [[Int]]) -> [Int] {
    rule.clusters(count: count) { edges.contains([$0, $1]) }
  }

  @Test("Equivalence relations give their classes", arguments: ClusterRule.allCases) func equivalenceRelationsGiveTheirClasses(
    rule: ClusterRule
  ) {
    for classes in [[], [0], [0, 0], [0, 1, 0], [0, 1, 2, 1, 0, 3], [0, 0, 1, 1, 2, 2, 0]] {
      #expect(rule.clusters(count: classes.count) { classes[$0] == classes[$1] } == classes)
    }
  }

  @Test("A chain is one component and falls apart by first match") func aChainIsOneComponentAndFallsApartByFirstMatch() {
    #expect(Self.clusters(.components, 3, [[0, 1], [1, 2]]) == [0, 0, 0])
    #expect(Self.clusters(.firstMatch, 3, [[0, 1], [1, 2]]) == [0, 0, 1])
    #expect(Self.clusters(.components, 4, [[0, 3], [1, 2], [2, 3]]) == [0, 0, 0, 0])
    #expect(Self.clusters(.firstMatch, 4, [[0, 3], [1, 2], [2, 3]]) == [0, 1, 1, 0])
  }

  @Test("An answer that agrees with two first members joins the first") func anAnswerThatAgreesWithTwoFirstMembersJoinsTheFirst() {
    #expect(Self.clusters(.firstMatch, 3, [[0, 2], [1, 2]]) == [0, 1, 0])
    #expect(Self.clusters(.components, 3, [[0, 2], [1, 2]]) == [0, 0, 0])
  }

  /// Random relations against the definitions, and what is asked: no pair twice, the lower index first, nothing that is known.
  @Test("Clusters are those of the definition", arguments: 0..<40) func clustersAreThoseOfTheDefinition(seed: UInt64) {
    var random = SeededRandom(state: seed)
    let count = Int.random(in: 0...9, using: &random)
    let density = Double.random(in: 0...0.6, using: &random)
    let agrees = (0..<count).map { _ in (0..<count).map { _ in Double.random(in: 0..<1, using: &random) < density } }
    for rule in ClusterRule.allCases {
      var asked: Set<[Int]> = []
      var rounds = 0
      let clusters = rule.clusters(count: count) { pairs in
        rounds += 1
        return pairs.map { pair in
          #expect(pair.first < pair.second)
          #expect(asked.insert([pair.first, pair.second]).inserted)
          return agrees[pair.first][pair.second]
        }
      }
      #expect(clusters == rule.clusters(count: count) { agrees[$0][$1] })
      #expect(clusters == Self.expected(rule, agrees))
      #expect(rounds <= (rule == .components ? count : (clusters.max() ?? -1) + 1))
    }
  }

  private static func expected(_ rule: ClusterRule, _ agrees: [[Bool]]) -> [Int] {
    var clusters: [Int] = []
    switch rule {
    case .firstMatch:
      var openers: [Int] = []
      for answer in agrees.indices {
        if let cluster = openers.firstIndex(where: { agrees[$0][answer] }) {
          clusters.append(cluster)
        } else {
          clusters.append(openers.count)
          openers.append(answer)
        }
      }
    case .components:
      var lowest = Array(agrees.indices)
      for _ in agrees.indices {
        for first in agrees.indices {
          for second in agrees.indices where first < second && agrees[first][second] {
            let low = min(lowest[first], lowest[second])
            (lowest[first], lowest[second]) = (low, low)
          }
        }
      }
      let openers = agrees.indices.filter { lowest[$0] == $0 }
      clusters = lowest.map { low in openers.firstIndex(of: low) ?? -1 }
    }
    return clusters
  }

  @Test("Failures are passed on") func failuresArePassedOn() {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try ClusterRule.components.clusters(count: 2) { (_, _) throws -> Bool in throw Failure() } }
  }
}
