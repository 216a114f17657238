internal import Foundation
internal import Synchronization
internal import Tensors

/// Draws from the most probable tokens only: min-p (Nguyen et al., 2024), then top-k (Fan et al., 2018), then top-p (Holtzman et al., 2020).
enum RestrictedDraw {
  /// One draw.
  struct Request {
    let row: Int
    let options: SamplingOptions
    let uniform: Float
  }

  /// Up to this many tokens are found faster by a search than by ranking the whole vocabulary; more are seldom kept.
  private static let fewTokens = 256

  /// A token for each request. Tokens of equal probability are ranked by id, so that the choice is a function of the row.
  static func tokens(_ logits: Matrix, _ requests: [Request], lanes: Lanes) -> [Int32] {
    let likely = Softmax.mostProbable(logits, rows: requests.map(\.row), count: min(fewTokens, logits.columns), lanes: lanes)
      .map { $0.map { Int($0.token) } }
    let tokens = Mutex([Int32](repeating: 0, count: requests.count))
    lanes.forEach(requests.count) { index in
      let token = token(logits.array(row: requests[index].row), requests[index], likely: likely[index])
      tokens.withLock { $0[index] = token }
    }
    return tokens.withLock { $0 }
  }

  private static func token(_ logits: [Float], _ request: Request, likely: [Int]) -> Int32 {
    let options = request.options
    let largest = logits[likely[0]]
    func weight(_ token: Int) -> Double { exp(Double((logits[token] - largest) / options.divisor)) }
    if options.topK > 0 || options.minP > 0 {
      let suffices = options.topK > 0 && options.topK <= likely.count || weight(likely[likely.count - 1]) < options.minP
      let ranked = Array((suffices ? likely : ranking(logits)).prefix(options.topK > 0 ? options.topK : .max))
      // The most probable token's weight is 1.
      let weights = Array(ranked.map(weight).prefix { $0 >= options.minP })
      return draw(ranked, weights, mass: Double(options.nucleus) * weights.reduce(0, +), request.uniform)
    }
    let mass = Double(options.nucleus) * logits.indices.reduce(0) { $0 + weight($1) }
    let weights = likely.map(weight)
    if weights.reduce(0, +) >= mass { return draw(likely, weights, mass: mass, request.uniform) }
    let ranked = ranking(logits)
    return draw(ranked, ranked.map(weight), mass: mass, request.uniform)
  }

  /// The token at a uniform number's share of the fewest first tokens whose weights reach `mass`.
  private static func draw(_ ranked: [Int], _ weights: [Double], mass: Double, _ uniform: Float) -> Int32 {
    var kept = 0
    var sum = 0.0
    while kept < weights.count && (kept == 0 || sum < mass) {
      sum += weights[kept]
      kept += 1
    }
    let threshold = Double(uniform) * sum
    var cumulative = 0.0
    for index in 0..<kept {
      cumulative += weights[index]
      if cumulative > threshold { return Int32(ranked[index]) }
    }
    return Int32(ranked[kept - 1])
  }

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
