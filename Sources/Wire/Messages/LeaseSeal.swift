/// What a learner gives along with a lease, and a worker returns with what it made of it: proof that the learner gave it this work.
public struct LeaseSeal: Sendable, Equatable {
  /// The bytes of a code.
  public static let codeBytes = 16

  /// The incarnation of the learner that gave the lease.
  public var incarnation: UInt64

  /// A code over incarnation, work, policy version and worker that only the learner can make.
  public var code: [UInt8]

  /// Creates a seal.
  public init(incarnation: UInt64, code: [UInt8]) {
    self.incarnation = incarnation
    self.code = code
  }
}
