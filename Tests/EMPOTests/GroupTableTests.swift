import EMPO
import Foundation
import TestSupport
import Testing

/// What 20 groups teach, against the paper's equations and its authors' code as scripts/fixtures/group_table.py computes them.
@Suite struct GroupTableTests {
  /// Double arithmetic in another order than Python's.
  private static let tolerance = 1e-12

  /// Coefficients are rounded to float32; where fractions give 0, doubles may give the last bit of a mean.
  private static let coefficientTolerance = (relative: 0x1p-23, absolute: 1e-15)

  /// The constant that empo adds to a standard deviation.
  private static let offset = 1e-4

  private let table: GroupTable

  init() throws {
    table = try JSONDecoder().decode(GroupTable.self, from: TestFiles.data("groups.json"))
  }

  @Test("There are 20 groups in eight settings") func thereAre20GroupsInEightSettings() {
    #expect(table.groups.count == 20)
    #expect(table.settings.count == 8)
    #expect(table.settings.allSatisfy { $0.rows.count == 20 })
  }

  @Test("Rewards, entropies and dropped groups are the paper's and the authors'") func rewardsAndEntropies() throws {
    for setting in table.settings {
      for (group, row) in zip(table.groups, setting.rows) {
        let found = try score(group.evidence, options: setting.options.scoring)
        let place = Comment(rawValue: "\(setting.name): \(group.name)")
        #expect(abs(found.semanticEntropy - row.entropy) < Self.tolerance, place)
        if !setting.options.paysDisorder && Set(found.clusters).count == group.size {
          // The authors' code pays nothing, where an upper edge of the band drops the group.
          #expect(row.rewards.allSatisfy { $0 == 0 } && row.reason != nil, place)
          var options = setting.options.scoring
          options.entropyHigh = 0.99
          #expect(try !score(group.evidence, options: options).isKept, place)
          continue
        }
        for (sample, (ours, theirs)) in zip(found.rewards, row.rewards).enumerated() {
          // What no option of empo does: the authors' code pays an empty answer for standing alone.
          let paysSilence = setting.options.paysSilence && group.evidence.isEmpty[sample]
          #expect(abs(ours + (paysSilence ? 1 / Double(group.size) : 0) - theirs) < Self.tolerance, place)
        }
        if setting.options.paysSilence && group.evidence.isEmpty.contains(true) { continue }
        #expect(found.dropReason?.rawValue == row.reason, place)
      }
    }
  }

  @Test("Advantages are the paper's and the authors', but for the constant in the denominator") func advantages() {
    for setting in table.settings {
      let normalization = setting.options.normalization
      for (group, row) in zip(table.groups, setting.rows) {
        for (ours, theirs) in zip(normalization.advantages(of: row.rewards), row.advantages) {
          let rescaled = theirs * (row.deviation + setting.options.epsilon) / (row.deviation + Self.offset)
          #expect(abs(ours - rescaled) < Self.tolerance, "\(setting.name): \(group.name)")
          // With a constant of 0 or 1e-6 theirs are larger by 1e-4 of a deviation at most.
          #expect(abs(ours - theirs) <= Self.offset / max(row.deviation, Self.offset) * abs(theirs) + Self.tolerance)
        }
      }
    }
  }

  @Test(
    "Coefficients are the paper's and the authors', but for the groups that teach nothing and count in their averages",
    arguments: [(LossKind.sequenceMean, 0.2, 0.2), (.sequenceRatio, 3e-4, 4e-4)])
  func coefficients(loss: LossKind, clipLow: Double, clipHigh: Double) throws {
    for setting in table.settings {
      let options = ObjectiveOptions(advantage: setting.options.normalization, loss: loss, clipLow: clipLow, clipHigh: clipHigh)
      let groups = zip(table.groups, setting.rows).map { $0.scored(rewards: $1.rewards, isKept: $1.reason == nil) }
      let taught = groups.filter { $0.teaches(options) }
      let counts = taught.flatMap(\.responses).map(\.tokens.count)
      let objective = try Objective(options: options, normalizer: BatchNormalizer(options: options, tokenCounts: counts))
      // Where the authors' code drops no group, N counts all responses.
      #expect(setting.options.drops ? counts.count == setting.responses : counts.count < setting.responses)
      let share = Double(counts.count) / Double(setting.responses)
      for (group, row) in zip(groups, setting.rows) {
        let theirs = loss == .sequenceMean ? row.sequenceMean : row.sequenceRatio
        guard group.teaches(options) else {
          #expect(theirs.allSatisfy { $0 == 0 })
          continue
        }
        let scale = (row.deviation + setting.options.epsilon) / (row.deviation + Self.offset) / share
        for (sample, advantage) in options.advantage.advantages(of: row.rewards).enumerated() {
          let response = group.responses[sample]
          let sampling = response.tokenLogProbabilities
          let drift = Float(table.drifts[sample % table.drifts.count])
          let term = ResponseTerm(policy: sampling.map { $0 + drift }, sampling: sampling, advantage: advantage)
          let expected = theirs[sample] * scale
          for found in objective.evaluate(term).coefficients {
            let tolerance = Self.coefficientTolerance.relative * abs(expected) + Self.coefficientTolerance.absolute
            #expect(abs(Double(found) - expected) <= tolerance, "\(setting.name), response \(sample)")
          }
        }
      }
    }
  }
}

/// The fixture.
private struct GroupTable: Decodable {
  struct Group: Decodable {
    var name: String
    var answers: String
    var lengths: [Int]

    var size: Int { answers.count }

    var evidence: GroupEvidence {
      GroupEvidence(
        clusters: answers.unicodeScalars.map { Int($0.value) }, isEmpty: answers.map { $0 == "." }, isFormatted: answers.map { _ in true })
    }

    func scored(rewards: [Double], isKept: Bool) -> ScoredGroup {
      let responses = zip(rewards, lengths).map { reward, length in
        ScoredResponse(
          tokens: Array(repeating: 1, count: length), tokenLogProbabilities: Array(repeating: -1, count: length), isTruncated: false,
          answer: "", cluster: 0, reward: reward)
      }
      return ScoredGroup(responses: responses, semanticEntropy: 0, isKept: isKept)
    }
  }

  struct Options: Decodable {
    var empty_reward: Double
    var pays_silence: Bool
    var pays_disorder: Bool
    var floor: Double
    var below_floor: String
    var low: Double
    var high: Double
    var deviation: String
    var epsilon: Double
    var drops: Bool

    var paysSilence: Bool { pays_silence }
    var paysDisorder: Bool { pays_disorder }

    var scoring: ScoringOptions {
      ScoringOptions(
        entropyLow: low, entropyHigh: high, minimumConfidence: floor, belowFloor: BelowFloor(rawValue: below_floor) ?? .drop,
        emptyReward: empty_reward)
    }

    var normalization: AdvantageNormalization { deviation == "sample" ? .groupSampleStandardDeviation : .groupStandardDeviation }
  }

  struct Row: Decodable {
    var rewards: [Double]
    var entropy: Double
    var reason: String?
    var deviation: Double
    var advantages: [Double]
    var sequence_mean: [Double]
    var sequence_ratio: [Double]

    var sequenceMean: [Double] { sequence_mean }
    var sequenceRatio: [Double] { sequence_ratio }
  }

  struct Setting: Decodable {
    var name: String
    var options: Options
    var responses: Int
    var rows: [Row]
  }

  var groups: [Group]
  var drifts: [Double]
  var settings: [Setting]
}
