import Cluster
import EMPO
import Transformer
import Wire

/// A policy that is measured and never trained.
final class StandingPolicy: StepTrainer {
  let version: UInt32 = 0
  private let policy: Policy

  init(_ policy: Policy) {
    self.policy = policy
  }

  var manifest: WeightManifest { policy.manifest }
  var questions: QuestionSchedule.State? { nil }

  func weights() throws -> WeightBytes { policy.lentBytes() }
  func olderWeights() throws -> [UInt32: WeightBytes] { [:] }

  /// Nothing changes that would have to be kept.
  func checkpoint(olderWeights: [UInt32: WeightBytes], questions: QuestionSchedule.State?, ledger: LedgerReach) throws {}

  func train(step: UInt32, groups: [PromptedGroup]) throws -> UpdateReport { Self.refuse() }
  func begin(step: UInt32, groups: [PromptedGroup]) throws -> [GradientPart] { Self.refuse() }
  func compute(part: Int) throws -> Int { Self.refuse() }
  func gradient(ofPart part: Int) throws -> ComputedGradient { Self.refuse() }
  func isUsual(_ gradient: ComputedGradient) -> Bool { Self.refuse() }
  func add(part: Int, _ gradient: ComputedGradient) throws { Self.refuse() }
  func finish(step: UInt32) throws -> UpdateReport { Self.refuse() }

  private static func refuse() -> Never { preconditionFailure("a run without steps updates nothing") }
}
