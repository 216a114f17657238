internal import Foundation

/// A linear axis with ticks at round numbers.
struct Axis: Sendable, Equatable {
  let range: ClosedRange<Double>
  let ticks: [Double]
  /// Decimals that tell the ticks apart.
  let places: Int

  /// An axis whose ends are round too and enclose `range`.
  static func enclosing(_ range: ClosedRange<Double>, ticks: Int) -> Axis {
    let spacing = spacing(of: range, ticks: ticks)
    let first = (range.lowerBound / spacing).rounded(.down)
    let last = max(first + 1, (range.upperBound / spacing - 1e-9).rounded(.up))
    return Axis(from: first, through: last, spacing: spacing, range: first * spacing...last * spacing)
  }

  /// An axis over the whole numbers from `first` through `last` and no further, with ticks at whole numbers.
  static func counting(from first: Int, through last: Int, ticks: Int) -> Axis {
    let range = Double(first)...max(Double(last), Double(first) + 1)
    let rough = spacing(of: range, ticks: ticks)
    // 2.5 is no whole number; 25 and 250 are.
    let spacing = rough < 1 ? 1 : rough.rounded(.up)
    return Axis(
      from: (range.lowerBound / spacing).rounded(.up), through: (range.upperBound / spacing).rounded(.down), spacing: spacing, range: range)
  }

  private init(from first: Double, through last: Double, spacing: Double, range: ClosedRange<Double>) {
    self.range = range
    ticks = stride(from: first, through: last, by: 1).map { $0 * spacing }
    let power = floor(log10(spacing) + 1e-9)
    let isQuarter = abs(spacing / pow(10, power) - 2.5) < 1e-6
    places = max(0, Int(-power) + (isQuarter ? 1 : 0))
  }

  /// The 1, 2, 2.5 or 5 times a power of ten that divides the range into at most as many parts as wanted.
  private static func spacing(of range: ClosedRange<Double>, ticks: Int) -> Double {
    let rough = max(range.upperBound - range.lowerBound, 1e-9) / Double(max(1, ticks))
    let power = pow(10, floor(log10(rough) + 1e-9))
    let factor = [1, 2, 2.5, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
    return factor * power
  }

  /// Where a value lies, as a share of the range.
  func position(of value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }
}
