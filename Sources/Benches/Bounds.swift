import ArgumentParser

/// Limits of numbers on the command line: usage errors in place of traps.
package enum Bounds {
  package static func require(_ value: Int?, in range: ClosedRange<Int>, _ option: String) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(option) \(value): expected \(range.lowerBound) to \(range.upperBound)")
  }
}
