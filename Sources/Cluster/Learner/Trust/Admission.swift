import Wire

/// Who is taken into a run, as far as that depends on nobody else.
struct Admission: Sendable {
  /// The shortest time between two welcomes to one worker: hellos that piled up while the learner was away count as one.
  static let welcomeInterval: Milliseconds = 1_000

  private let plan: LearnerPlan

  /// The arithmetic of the first worker, where others may differ.
  private var reference: String?

  init(plan: LearnerPlan) {
    self.plan = plan
  }

  /// Why a worker that says hello cannot be taken in; nil when it can.
  func refusal(of hello: Hello, from peer: Peer) -> Refusal? {
    guard hello.protocolVersion == protocolVersion else {
      return Refusal(
        code: .protocolVersion,
        reason:
          "worker \(peer) speaks protocol version \(hello.protocolVersion), the learner \(protocolVersion): install the same release on both"
      )
    }
    guard peer == Peer(hello.worker), !hello.worker.isEmpty else {
      return Refusal(code: .malformed, reason: "the worker's name \(hello.worker) is not its socket identity \(peer)")
    }
    guard hello.worker != LearnerMachine.learnerName else {
      return Refusal(code: .malformed, reason: "\(hello.worker) is the learner's own name: give the worker another")
    }
    // A relay samples nothing, and says so.
    guard plan.requiresSameBits, !hello.isOfRelay, let expected = plan.fingerprint, expected != hello.fingerprint else { return nil }
    return Refusal(
      code: .fingerprint,
      reason: "worker \(hello.worker) computes with \(hello.fingerprint), the run with \(expected): its groups would differ in their last "
        + "bits. Use hosts of one kind, or set require_same_bits: false and give up that the run is a function of its configuration")
  }

  /// Where workers may compute differently, the first one's arithmetic is what others are compared with.
  ///
  /// - Returns: What is to be said of a worker that is new.
  mutating func compare(_ hello: Hello) -> LearnerNotice? {
    guard !plan.requiresSameBits, !hello.isOfRelay else { return nil }
    guard let reference else {
      reference = hello.fingerprint
      return nil
    }
    guard hello.fingerprint != reference else { return nil }
    return .mixedArithmetic(worker: hello.worker, fingerprint: hello.fingerprint, reference: reference)
  }
}
