internal import Foundation
internal import Tensors

/// A draw from the most probable tokens only: top-k (Fan et al., 2018), then top-p (Holtzman et al., 2020).
enum RestrictedDraw {
  /// A token of one row of logits. Tokens of equal probability are ranked by id, so that the choice is a function of the row.
  static func token(_ logits: [Float], options: SamplingOptions, uniform: Float) -> Int32 {
    var ranked = Array(logits.indices)
    ranked.sort { logits[$0] > logits[$1] || (logits[$0] == logits[$1] && $0 < $1) }
    if options.topK > 0 { ranked = Array(ranked.prefix(options.topK)) }
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
}
