/// How the responses of one group spread over meanings, each empty answer being a meaning of its own.
struct ClusterSizes {
  /// The size of each cluster, ordered by first appearance.
  private(set) var sizes: [Int] = []

  /// The index into ``sizes`` of each response's cluster. Shape [G].
  private(set) var indexOfResponse: [Int] = []

  /// The largest cluster of non-empty answers, the earliest of those of one size; nil when no response answered.
  private(set) var largest: Int?

  /// Counts the clusters of a group; the label of an empty answer is ignored. Shape [G] each.
  init(labels: [Int], isEmpty: [Bool]) {
    var indexOfLabel: [Int: Int] = [:]
    var isAnswered: [Bool] = []
    for (label, isEmpty) in zip(labels, isEmpty) {
      let index: Int
      if !isEmpty, let known = indexOfLabel[label] {
        index = known
        sizes[known] += 1
      } else {
        index = sizes.count
        sizes.append(1)
        isAnswered.append(!isEmpty)
        if !isEmpty { indexOfLabel[label] = index }
      }
      indexOfResponse.append(index)
    }
    for index in sizes.indices where isAnswered[index] {
      if let best = largest, sizes[best] >= sizes[index] { continue }
      largest = index
    }
  }

  /// The share of the group in the largest cluster of non-empty answers; 0 when no response answered.
  var confidence: Double { largest.map { shares[$0] } ?? 0 }

  /// The share of the group in each cluster, in the order of ``sizes``.
  var shares: [Double] { sizes.map { Double($0) / Double(indexOfResponse.count) } }
}
