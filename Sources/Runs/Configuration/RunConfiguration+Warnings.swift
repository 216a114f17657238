import EMPO

extension RunConfiguration {
  /// What is allowed and hardly meant: a line each.
  package var warnings: [String] {
    let group = "a group of \(groupSize) responses with the reward \(scoring.reward.rawValue)"
    switch try? scoring.teachingGroups(ofSize: groupSize) {
    case .answered, nil: return []
    case .onlyWithEmptyAnswers:
      return [
        "\(group) trains the model only if some of them have no answer, since otherwise the filter drops it or its rewards are equal: "
          + "raise group_size, or widen the filter"
      ]
    case .never:
      return [
        "no group of \(groupSize) responses can train the model with the reward \(scoring.reward.rawValue) and this filter: "
          + "raise group_size, or widen the filter"
      ]
    }
  }
}
