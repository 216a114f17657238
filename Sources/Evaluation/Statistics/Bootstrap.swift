internal import Random

/// The percentile bootstrap over questions (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13).
///
/// A resample draws as many questions as there are, with replacement. Draw `i` of resample `r` is question `⌊w n / 2³²⌋`, where `w` is a word
/// of Philox4x32-10 with the seed as its key: of the block for the counter `⌊i / 2⌋` in the stream (step `0xFFFFFF20`, slot `r`, sample
/// `place`), the first word where `i` is even, and else the third. So resamples are a function of seed, place and the number of questions;
/// two models that answered the same questions are resampled alike, which pairs them. `scripts/fixtures/statistics.py` draws the same.
public struct Bootstrap: Sendable, Equatable {
  /// The step that names the streams: no run gets there.
  static let step: UInt32 = 0xFFFF_FF20

  /// The seed of the resamples.
  public var seed: UInt64

  /// R: how many resamples are drawn.
  public var resamples: Int

  /// Creates a bootstrap.
  public init(seed: UInt64 = 0, resamples: Int = 10_000) {
    precondition((1...1_000_000).contains(resamples), "an interval needs resamples")
    self.seed = seed
    self.resamples = resamples
  }

  /// The figures of some measures of the same questions, and again of every resample.
  ///
  /// - Parameter place: Sets the resamples of one set of questions apart from those of another.
  /// - Complexity: O(R n) for each measure.
  public func replicates(of measures: [Measure], place: UInt32 = 0) -> [Replicates] {
    guard let count = measures.first?.questionCount else { return [] }
    precondition(count > 0 && measures.allSatisfy { $0.questionCount == count }, "measures are of the same questions")
    var results = measures.map { Replicates(value: $0.value, resampled: []) }
    for index in results.indices { results[index].resampled.reserveCapacity(resamples) }
    var weights = [Double](repeating: 0, count: count)
    for resample in 0..<resamples {
      var sequence = PhiloxSequence(
        seed: seed, stream: Philox.Stream(step: Self.step, slot: UInt32(resample), sample: place))
      for index in weights.indices { weights[index] = 0 }
      for _ in 0..<count { weights[sequence.next(below: count)] += 1 }
      for (index, measure) in measures.enumerated() { results[index].resampled.append(measure.value(weights: weights)) }
    }
    return results
  }
}

/// A figure with its values in all resamples.
public struct Replicates: Sendable, Equatable {
  /// The figure of the questions as they are; nil where it is undefined.
  public var value: Double?

  /// The figure of each resample; nil where it is undefined there, as an accuracy among answers where nobody answered. Shape [R].
  public var resampled: [Double?]

  /// Creates one.
  public init(value: Double?, resampled: [Double?]) {
    self.value = value
    self.resampled = resampled
  }

  /// The second figure minus the first, of the same resamples.
  public static func difference(from first: Replicates, to second: Replicates) -> Replicates {
    combined([first, second]) { $0[1] - $0[0] }
  }

  /// The mean of a figure over sets of questions, each of which weighs the same and was resampled on its own.
  public static func mean(_ parts: [Replicates]) -> Replicates {
    combined(parts) { values in values.reduce(0, +) / Double(values.count) }
  }

  private static func combined(_ parts: [Replicates], _ combine: ([Double]) -> Double) -> Replicates {
    func value(_ values: [Double?]) -> Double? {
      let known = values.compactMap(\.self)
      return known.count == values.count ? combine(known) : nil
    }
    let count = parts.map(\.resampled.count).min() ?? 0
    return Replicates(value: value(parts.map(\.value)), resampled: (0..<count).map { index in value(parts.map { $0.resampled[index] }) })
  }

  /// The figure with its 95 % interval: from the 2.5th to the 97.5th percentile of the resamples where it is defined, each interpolated
  /// linearly between the two closest ranks.
  public var estimate: Estimate {
    let sorted = resampled.compactMap(\.self).sorted()
    guard let value, !sorted.isEmpty else { return Estimate(value: value, low: nil, high: nil) }
    return Estimate(value: value, low: Self.quantile(0.025, of: sorted), high: Self.quantile(0.975, of: sorted))
  }

  /// The two-sided p-value of the figure being 0, for a difference: `min(1, 2 (1 + m) / (1 + R))`, where `m` is how many resamples lie on the
  /// rarer side of 0, or on it up to rounding (Davison & Hinkley, "Bootstrap Methods and their Application", 1997, section 4.4).
  public var significance: Double? {
    let known = resampled.compactMap(\.self)
    guard value != nil, !known.isEmpty else { return nil }
    let fewest = min(known.count { $0 <= Self.rounding }, known.count { $0 >= -Self.rounding })
    return min(1, 2 * Double(1 + fewest) / Double(1 + known.count))
  }

  /// A difference of figures below this is one of rounding.
  private static let rounding = 1e-12

  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let lower = Int(place)
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
  }
}

/// A figure with its 95 % interval.
public struct Estimate: Sendable, Equatable, Codable {
  /// The figure; nil where it is undefined.
  public var value: Double?
  /// The lower end of the interval.
  public var low: Double?
  /// The upper end.
  public var high: Double?

  /// Creates an estimate.
  public init(value: Double?, low: Double?, high: Double?) {
    self.value = value
    self.low = low
    self.high = high
  }
}
