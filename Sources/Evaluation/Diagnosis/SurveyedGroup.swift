package import EMPO

/// What a probe looks at in a group: how its answers agree, and whether they are right where that is known.
package struct SurveyedGroup: Sendable, Equatable {
  /// Responses.
  package var size: Int
  /// Whether an update would learn from the group.
  package var teaches: Bool
  /// Whether all responses have an answer, and all answers one meaning.
  package var isUnanimous: Bool
  /// Responses in the largest cluster of answers; 0 where nobody answers.
  package var largest: Int
  /// Responses in the cluster that is next in size; 0 where there is none.
  package var second: Int
  /// Responses that end at the length limit.
  package var truncated: Int
  /// Responses that come to their end and have no answer.
  package var unanswered: Int
  /// The semantic entropy as a share of its largest value, ln(size).
  package var entropyShare: Double
  /// Whether the largest cluster has the right answer; nil without a label, and where nobody answers.
  package var isMajorityRight: Bool?
  /// Right responses; nil without a label.
  package var right: Int?

  /// Creates a group from its figures.
  package init(
    size: Int, teaches: Bool, isUnanimous: Bool, largest: Int, second: Int, truncated: Int, unanswered: Int, entropyShare: Double,
    isMajorityRight: Bool? = nil, right: Int? = nil
  ) {
    self.size = size
    self.teaches = teaches
    self.isUnanimous = isUnanimous
    self.largest = largest
    self.second = second
    self.truncated = truncated
    self.unanswered = unanswered
    self.entropyShare = entropyShare
    self.isMajorityRight = isMajorityRight
    self.right = right
  }

  /// Looks at a scored group.
  ///
  /// - Parameter isRight: Whether an answer is right; nil where nobody knows.
  package init(_ group: ScoredGroup, objective: ObjectiveOptions, isRight: ((String) throws -> Bool)?) rethrows {
    let answered = group.responses.filter { !$0.answer.isEmpty }
    let clusters = Dictionary(grouping: answered, by: \.cluster).values
    // The one that appeared first stands for clusters of one size, as in the reward of a majority.
    let ranked = clusters.sorted { ($1.count, $0[0].cluster) < ($0.count, $1[0].cluster) }
    self.init(
      size: group.responses.count, teaches: group.teaches(objective),
      isUnanimous: clusters.count == 1 && answered.count == group.responses.count, largest: ranked.first?.count ?? 0,
      second: ranked.dropFirst().first?.count ?? 0, truncated: group.responses.count(where: \.isTruncated),
      unanswered: group.responses.count { $0.answer.isEmpty && !$0.isTruncated },
      entropyShare: group.responses.count > 1 ? group.semanticEntropy / entropyLimit(group.responses.count) : 0)
    guard let isRight else { return }
    isMajorityRight = try ranked.first.map { try isRight($0[0].answer) }
    right = try ranked.reduce(0) { $0 + (try isRight($1[0].answer) ? $1.count : 0) }
  }

  /// The lead of the largest cluster over the next, as a share of the responses.
  package var lead: Double { Double(largest - second) / Double(size) }

  /// Whether half of the responses and two more than of any other cluster agree: a majority that would not come out of chance.
  package var isSure: Bool { 2 * largest >= size && largest - second >= 2 }

  /// Responses whose pseudo-reward, 1 in the largest cluster and 0 elsewhere, is the true one; nil without a label.
  package var trueRewards: Int? {
    right.map { isMajorityRight == true ? largest + size - $0 : size - largest - $0 }
  }
}
