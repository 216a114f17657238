internal import Foundation
internal import Tensors

/// A draw from the most probable tokens only: top-k (Fan et al., 2018), then top-p (Holtzman et al., 2020).
enum RestrictedDraw {
  /// A token of one row of logits. Tokens of equal probability are ranked by id, so that the choice is a function of the row.
  static func token(_ rows: Matrix, row: Int, options: SamplingOptions, uniform: Float, lanes: Lanes) -> Int32 {
    let logits = rows.array(row: row)
    let ranked: [Int]
    if options.topK > 0, options.topK <= fewTokens {
      ranked = Softmax.mostProbable(rows, rows: [row], count: options.topK, lanes: lanes)[0].map { Int($0.token) }
    } else {
      let all = ranking(logits)
      ranked = options.topK > 0 ? Array(all.prefix(options.topK)) : all
    }
    let largest = logits[ranked[0]]
    let weights = ranked.map { exp(Double((logits[$0] - largest) / options.temperature)) }
    let total = weights.reduce(0, +)
    var kept = 0
    var mass = 0.0
    while kept < weights.count && (kept == 0 || mass < Double(options.topP) * total) {
      mass += weights[kept]
      kept += 1
    }
    let threshold = Double(uniform) * mass
    var cumulative = 0.0
    for index in 0..<kept {
      cumulative += weights[index]
      if cumulative > threshold { return Int32(ranked[index]) }
    }
    return Int32(ranked[kept - 1])
  }
  /// How many tokens are found faster by looking for them than by ranking the whole vocabulary.
  private static let fewTokens = 256

  /// All tokens, the most probable first. Sorts keys that order as the logits do, with the id in their low half.
  private static func ranking(_ logits: [Float]) -> [Int] {
    var keys = logits.indices.map { index in
      // A sum with zero makes one zero of the two, which are equal.
      let bits = (logits[index] + 0).bitPattern
      let descending = bits >> 31 == 0 ? ~bits & 0x7FFF_FFFF : bits
      return UInt64(descending) << 32 | UInt64(index)
    }
    keys.sort()
    return keys.map { Int($0 & 0xFFFF_FFFF) }
  }
}
