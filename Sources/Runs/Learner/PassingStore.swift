package import Cluster
import Digests
import Foundation
import Wire

/// The store of a learner that keeps no groups: a measurement keeps responses in a file of results, and a bench nothing.
package final class PassingStore: GroupStore {
  /// Milliseconds since 1970: a learner that is started again has a later one, so that leases of the earlier one are known to be over.
  private let incarnation = UInt64(1_000 * Date().timeIntervalSince1970)
  private let key = KeyedHash.randomKey()

  /// Creates one.
  package init() {}

  /// See ``GroupStore``.
  package func beginIncarnation() throws -> UInt64 { incarnation }
  /// See ``GroupStore``.
  package func firstTrustedIncarnation() throws -> UInt64 { incarnation }
  /// See ``GroupStore``.
  package func leaseKey() throws -> [UInt8] { key }
  /// Nothing is kept.
  package func groups(from step: UInt32) throws -> [StoredGroup] { [] }
  /// Nobody is relied on for groups of steps.
  package func reliance(before version: UInt32) throws -> [String: UInt32] { [:] }
  /// Nobody is.
  package func expelled() throws -> [String: String] { [:] }
  /// None was.
  package func isEvaluated(_ version: UInt32) throws -> Bool { false }
  /// Does nothing.
  package func persist(_ groups: [AcceptedGroup]) throws {}
  /// Does nothing.
  package func confirm(step: UInt32, slot: UInt32, checker: String?) throws {}
  /// Does nothing.
  package func void(step: UInt32, slot: UInt32, reason: String) throws {}
  /// Does nothing.
  package func void(sampledAfter version: UInt32, reason: String) throws {}
  /// Does nothing.
  package func expel(_ party: String, reason: String) throws {}
  /// No checkpoint asks.
  package func reach() throws -> LedgerReach { LedgerReach(run: "", entries: 0, link: "", incarnation: incarnation) }
  /// Does nothing.
  package func record(_ worker: WorkerRecord) throws {}
  /// Does nothing.
  package func record(_ step: StepRecord) throws {}
  /// Does nothing.
  package func record(_ evaluation: EvaluationRecord) throws {}
}
