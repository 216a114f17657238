import Digests

/// What a learner does about a worker that was found to lie.
public enum AuditAction: String, Sendable, CaseIterable {
  /// Refuses its key from then on, takes back what it contributed as far as that is false, and goes on.
  case expel
  /// Ends the run: the group that gave it away does not count, and its slot is leased anew when the run goes on.
  case stop
}

/// Which share of the work is checked, and what follows from a lie.
public struct AuditPlan: Sendable, Equatable {
  /// The share of accepted results that are checked, from 0 to 1.
  public var share: Double

  /// What follows from a lie.
  public var action: AuditAction

  /// No audits.
  public static let none = AuditPlan(share: 0)

  /// Creates a plan.
  public init(share: Double, action: AuditAction = .expel) {
    precondition((0...1).contains(share), "a share lies between 0 and 1")
    self.share = share
    self.action = action
  }
}

/// Draws what is checked, from a secret that no worker is told, and not before the result is there: so nobody can know beforehand, and it
/// does not depend on who did the work.
struct AuditDraw: Sendable {
  private let share: Double
  private let secret: KeyedHash
  private var draws: UInt64 = 0

  init(share: Double, secret: KeyedHash) {
    self.share = share
    self.secret = secret
  }

  /// Whether the next result is checked.
  mutating func next() -> Bool {
    guard share > 0 else { return false }
    draws += 1
    let code = secret.code(of: littleEndian(draws))
    let number = code.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(number >> 11) * 0x1p-53 < share
  }
}

/// A number's bytes, the lowest first.
func littleEndian(_ number: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
  (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}
