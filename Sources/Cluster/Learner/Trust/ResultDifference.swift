internal import Digests
public import EMPO
public import Wire

/// The first place in which two results of one task differ, bit for bit, in words.
public struct ResultDifference: Sendable, Equatable, CustomStringConvertible {
  /// The place and what either group has there.
  public let description: String

  /// Compares two results; nil when they are the same bytes.
  public init?(_ first: WorkResult.Outcome, _ second: WorkResult.Outcome) {
    guard let found = ResultDifference.find(first, second) else { return nil }
    description = found
  }

  /// Compares two groups; nil when they are the same bytes.
  public init?(_ first: ScoredGroup, _ second: ScoredGroup) {
    guard let found = ResultDifference.find(first, second) else { return nil }
    description = found
  }

  private static func find(_ first: WorkResult.Outcome, _ second: WorkResult.Outcome) -> String? {
    switch (first, second) {
    case (.group(let left), .group(let right)): return find(left, right)
    case (.gradient(let left), .gradient(let right)):
      func short(_ digest: [UInt8]) -> String { hexadecimal(Array(digest.prefix(4))) }
      return left.digest == right.digest ? nil : "gradient \(short(left.digest))… against \(short(right.digest))…"
    case (.group, .gradient), (.gradient, .group): return "another kind of result"
    }
  }

  private static func find(_ first: ScoredGroup, _ second: ScoredGroup) -> String? {
    for (index, (left, right)) in zip(first.responses, second.responses).enumerated() {
      if let found = find(left, right) { return "sample \(index)\(found)" }
    }
    if first.responses.count != second.responses.count { return "\(first.responses.count) samples against \(second.responses.count)" }
    if first.semanticEntropy.bitPattern != second.semanticEntropy.bitPattern {
      return "semantic entropy \(first.semanticEntropy) against \(second.semanticEntropy)"
    }
    return first.isKept == second.isKept ? nil : "kept \(first.isKept) against \(second.isKept)"
  }

  private static func find(_ first: ScoredResponse, _ second: ScoredResponse) -> String? {
    for (index, (left, right)) in zip(first.tokens, second.tokens).enumerated() {
      if left != right { return " token \(index): \(left) against \(right)" }
      guard index < min(first.tokenLogProbabilities.count, second.tokenLogProbabilities.count) else { continue }
      let (one, other) = (first.tokenLogProbabilities[index], second.tokenLogProbabilities[index])
      if one.bitPattern != other.bitPattern { return " token \(index): log-probability \(one) against \(other)" }
    }
    if first.tokens.count != second.tokens.count {
      let end = min(first.tokens.count, second.tokens.count)
      return " token \(end): \(first.tokens.count) tokens against \(second.tokens.count)"
    }
    if first.isTruncated != second.isTruncated { return ": truncated \(first.isTruncated) against \(second.isTruncated)" }
    if first.answer.utf8.elementsEqual(second.answer.utf8) == false {
      return ": answer \(excerpt(first.answer)) against \(excerpt(second.answer))"
    }
    if first.cluster != second.cluster { return ": cluster \(first.cluster) against \(second.cluster)" }
    if first.reward.bitPattern != second.reward.bitPattern { return ": reward \(first.reward) against \(second.reward)" }
    return nil
  }

  /// An answer comes from a worker and may be of any length.
  private static func excerpt(_ text: String) -> String {
    let start = text.prefix(40)
    return start.debugDescription + (start.endIndex == text.endIndex ? "" : "…")
  }
}
