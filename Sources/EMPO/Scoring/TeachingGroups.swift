/// Which groups of a size can carry a gradient under some options, whatever the policy says.
public enum TeachingGroups: Sendable, Equatable {
  /// Groups in which every response has an answer, among others.
  case answered
  /// Only groups in which some responses have no answer.
  case onlyWithEmptyAnswers
  /// None.
  case never
}

extension ScoringOptions {
  /// Responses of the groups that are tried before it is assumed that some group teaches.
  private static let effort = 1_000_000

  /// Finds out which groups of `size` responses can carry a gradient, by trying how their answers may spread over clusters.
  ///
  /// Under ``EntropyEstimate/likelihood`` any entropy is possible, so the band is left out. Throws if the options are invalid.
  public func teachingGroups(ofSize size: Int) throws(EMPOError) -> TeachingGroups {
    guard reward.reliesOnAgreement else { return size > 1 ? .answered : .never }
    var options = self
    if entropy == .likelihood { (options.entropy, options.entropyLow, options.entropyHigh) = (.discrete, 0, 1) }
    var tries = max(1, Self.effort / max(1, size))
    for empties in 0...size {
      var partition = Partition(of: size - empties)
      repeat {
        if tries == 0 { return .answered }
        tries -= 1
        let labels = partition.parts.enumerated().flatMap { Array(repeating: $0, count: $1) }
        let evidence = GroupEvidence(
          clusters: labels + Array(repeating: 0, count: empties),
          isEmpty: Array(repeating: false, count: labels.count) + Array(repeating: true, count: empties),
          isFormatted: Array(repeating: false, count: size),
          similarities: Array(repeating: Array(repeating: 0, count: size), count: size))
        if try score(evidence, options: options).isKept { return empties == 0 ? .answered : .onlyWithEmptyAnswers }
      } while partition.advance()
    }
    return .never
  }
}

/// A number as a sum of positive ones, which do not grow from one to the next.
private struct Partition {
  private(set) var parts: [Int]

  /// The number by itself; 0 is the sum of none.
  init(of number: Int) { parts = number > 0 ? [number] : [] }

  /// Goes on to the partition that comes next in falling lexicographic order; false after the one whose parts are all 1.
  mutating func advance() -> Bool {
    guard let last = parts.lastIndex(where: { $0 > 1 }) else { return false }
    var rest = parts[last...].reduce(0, +)
    let largest = parts[last] - 1
    parts.removeSubrange(last...)
    while rest > 0 {
      parts.append(min(largest, rest))
      rest -= min(largest, rest)
    }
    return true
  }
}
