internal import Foundation

extension RunDiagnosis {
  /// A share with its 95 % interval after Wilson ("Probable inference", 1927), which holds for few groups and for shares near 0 and 1 as well.
  package struct Share: Sendable, Equatable, Encodable {
    package var value: Double
    package var low: Double
    package var high: Double

    /// The share of `count` in `total`, which is not 0.
    package init(_ count: Int, of total: Int) {
      let (n, z) = (Double(total), 1.959963984540054)
      value = Double(count) / n
      let center = (value + z * z / (2 * n)) / (1 + z * z / n)
      let half = z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
      (low, high) = (count == 0 ? 0 : center - half, count == total ? 1 : center + half)
    }
  }

  private var responses: Int { groups.reduce(0) { $0 + $1.size } }

  private func share(_ holds: (SurveyedGroup) -> Bool) -> Share { Share(groups.count(where: holds), of: groups.count) }

  /// Groups that an update would learn from.
  package var teaching: Share { share(\.teaches) }

  /// Groups in which all answers agree.
  package var unanimous: Share { share(\.isUnanimous) }

  /// Groups in which at least half of the responses agree, two more than on anything else.
  package var sure: Share { share(\.isSure) }

  /// The share of the responses that are cut off.
  package var truncatedShare: Double { Double(groups.reduce(0) { $0 + $1.truncated }) / Double(responses) }

  /// The share of the responses that come to their end without an answer.
  package var unansweredShare: Double { Double(groups.reduce(0) { $0 + $1.unanswered }) / Double(responses) }

  /// The mean lead of a group's largest cluster over the next, as a share of its responses.
  package var meanLead: Double { groups.reduce(0) { $0 + $1.lead } / Double(groups.count) }

  /// Where the groups' entropies lie: how many in each fifth of the way from 0 to ln(size).
  package var entropyHistogram: [Int] {
    var counts = [Int](repeating: 0, count: 5)
    for group in groups { counts[min(4, max(0, Int(group.entropyShare * 5)))] += 1 }
    return counts
  }

  /// Groups with a label.
  package var labelled: Int { groups.count { $0.right != nil } }

  /// The share of right responses among those with a label; nil without labels.
  package var accuracy: Double? {
    let known = groups.filter { $0.right != nil }
    let total = known.reduce(0) { $0 + $1.size }
    return total == 0 ? nil : Double(known.reduce(0) { $0 + ($1.right ?? 0) }) / Double(total)
  }

  /// How often the majority of a group with a label is right where it is sure; nil where none is.
  package var rightWhenSure: Share? {
    let known = groups.filter { $0.isSure && $0.isMajorityRight != nil }
    return known.isEmpty ? nil : Share(known.count { $0.isMajorityRight == true }, of: known.count)
  }
}

/// The largest entropy of a group of a size, in nats.
func entropyLimit(_ size: Int) -> Double { log(Double(size)) }
