import Foundation

/// The reference's policy loss (Schulman et al., 2017) in double precision, and its derivative by each log-probability.
///
/// loss = −mean over counted tokens of min(r·A, clip(r, 0.8, 1.28)·A), r = exp(policy − old)
struct ClippedLoss {
  private(set) var value = 0.0
  /// [B·(T−1)]: for the tokens from the second on, row by row
  private(set) var coefficients: [Float] = []

  /// `policy` holds the log-probabilities of the tokens from the second on, row by row.
  init(_ policy: [Float], _ reference: ParityReference) {
    let counted = Double(reference.mask.joined().count { $0 })
    var next = 0
    for (row, mask) in reference.mask.enumerated() {
      for position in 1..<mask.count {
        defer { next += 1 }
        guard mask[position] else {
          coefficients.append(0)
          continue
        }
        let advantage = reference.advantages[row]
        let ratio = exp(Double(policy[next]) - Double(reference.oldLogProbabilities[row][position]))
        let clipped = min(max(ratio, 0.8), 1.28)
        value -= min(ratio * advantage, clipped * advantage) / counted
        let isClipped = clipped * advantage < ratio * advantage
        coefficients.append(isClipped ? 0 : Float(-ratio * advantage / counted))
      }
    }
  }
}
