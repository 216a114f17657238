/// The answer to a probe.
public struct Health: Sendable, Equatable {
  /// Whether all is well.
  public let isGood: Bool

  /// One line.
  public let line: String

  /// All is well.
  public static func good(_ line: String) -> Health { Health(isGood: true, line: line) }

  /// It is not.
  public static func bad(_ line: String) -> Health { Health(isGood: false, line: line) }
}
