package import EMPO

extension DropReason {
  /// The groups that have this reason, in words that follow their number.
  package var description: String {
    switch self {
    case .truncated: "cut off at the length limit"
    case .unanswered: "without an answer"
    case .unanimous: "unanimous"
    case .lowEntropy: "of too low entropy"
    case .highEntropy: "of too high entropy"
    case .belowFloor: "below the confidence floor"
    case .equalRewards: "with equal rewards"
    }
  }
}

extension [DropReason: Int] {
  /// The reasons with their numbers of groups, the most frequent first: "7 unanimous, 4 with equal rewards".
  package var summary: String {
    let order = DropReason.allCases.filter { self[$0, default: 0] > 0 }
    // A sort of the library's is stable, so that reasons of one number stand in their own order.
    return order.sorted { self[$0, default: 0] > self[$1, default: 0] }.map { "\(self[$0, default: 0]) \($0.description)" }
      .joined(separator: ", ")
  }
}
