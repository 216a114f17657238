/// Pearson's statistic of counts against expected shares.
public func chiSquare(_ counts: [Int], shares: [Double]) -> Double {
  precondition(counts.count == shares.count)
  let total = Double(counts.reduce(0, +))
  return zip(counts, shares).reduce(0) { sum, bin in
    let expected = bin.1 * total
    return sum + (Double(bin.0) - expected) * (Double(bin.0) - expected) / expected
  }
}

/// What Pearson's statistic stays below with probability 1 − 10⁻⁶ where the shares are right, by Wilson and Hilferty's
/// approximation. The seeds are fixed, so a test either always passes or never does; the limit says how surprising that is.
public func chiSquareLimit(degrees: Int) -> Double {
  let quantile = 4.753424  // of the standard normal distribution at 1 − 10⁻⁶
  let spread = 2 / (9 * Double(degrees))
  let root = 1 - spread + quantile * spread.squareRoot()
  return Double(degrees) * root * root * root
}
