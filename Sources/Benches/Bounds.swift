import ArgumentParser

/// What an option takes that is a number: its transform, which says the same of a number out of its range and of what is no such number.
package enum Bounds {
  /// Whole numbers of a range.
  package static func integer<Value: FixedWidthInteger & Sendable>(
    _ range: ClosedRange<Value>
  ) -> @Sendable (String) throws -> Value {
    { text in
      guard let value = Value(text), range.contains(value) else {
        throw ValidationError("expected an integer from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
  }

  /// Texts that `read` understands, which `expectation` says in words.
  package static func value<Value>(
    _ expectation: String, _ read: @escaping @Sendable (String) -> Value?
  ) -> @Sendable (String) throws -> Value {
    { text in
      guard let value = read(text) else { throw ValidationError("expected \(expectation)") }
      return value
    }
  }

  /// Finite numbers for which something holds, which `expectation` says in words.
  package static func number<Value: BinaryFloatingPoint & LosslessStringConvertible & Sendable>(
    _ expectation: String, where isAllowed: @escaping @Sendable (Value) -> Bool
  ) -> @Sendable (String) throws -> Value {
    { text in
      guard let value = Value(text), value.isFinite, isAllowed(value) else { throw ValidationError("expected \(expectation)") }
      return value
    }
  }
}
