package import Cluster
import Evaluation
import Foundation

/// The version of a run that is the one to use, among those with a checkpoint: the run folder's best.json.
package struct BestVersion: Sendable, Equatable, Codable {
  /// What it is best by.
  package enum Measure: String, Sendable, Codable {
    /// The greedy accuracy on held-out questions, the highest of at least two.
    case heldOut = "held_out"
    /// The guard: the newest version that shows nothing of a collapse.
    case guarding = "guard"
  }

  /// The policy version.
  package var policyVersion: UInt32
  /// What it is best by.
  package var measure: Measure
  /// Its held-out accuracy, where it was measured.
  package var accuracy: Double?

  private enum CodingKeys: String, CodingKey {
    case measure, accuracy
    case policyVersion = "policy_version"
  }
}

extension BestVersion {
  /// The best of some versions; nil where nothing tells them apart.
  ///
  /// - Parameters:
  ///   - versions: The versions with a checkpoint.
  ///   - evaluations: What was measured.
  ///   - soundVersion: The newest version of which the guard found nothing suspicious; nil without a guard.
  package init?(among versions: [UInt32], evaluations: [EvaluationRecord], soundVersion: UInt32?) {
    let measured = evaluations.filter { versions.contains($0.policyVersion) }
    if measured.count > 1, let best = Self.mostAccurate(of: measured) {
      self.init(policyVersion: best.policyVersion, measure: .heldOut, accuracy: best.figures.greedy)
    } else if let best = Self.newest(of: versions, upTo: soundVersion) {
      self.init(
        policyVersion: best, measure: .guarding, accuracy: measured.first { $0.policyVersion == best }?.figures.greedy)
    } else {
      return nil
    }
  }

  /// The measurement with the highest accuracy, of equal ones that of the latest version.
  static func mostAccurate(of evaluations: [EvaluationRecord]) -> EvaluationRecord? {
    evaluations.max { ($0.figures.greedy, $0.policyVersion) < ($1.figures.greedy, $1.policyVersion) }
  }

  /// The newest of some versions that is sound, or else the oldest of them; nil without a guard.
  static func newest(of versions: [UInt32], upTo soundVersion: UInt32?) -> UInt32? {
    soundVersion.flatMap { sound in versions.filter { $0 <= sound }.max() ?? versions.min() }
  }

  /// A few words: what it is best by.
  package var words: String {
    switch measure {
    case .heldOut: "the highest held-out accuracy, \(Figures.percent(accuracy ?? 0, places: 1))"
    case .guarding: "the newest that shows nothing of a collapse"
    }
  }
}

extension RunFolder {
  /// The version to use; nil where nothing is known of one, or its checkpoint is gone.
  package var best: BestVersion? {
    guard let data = FileManager.default.contents(atPath: bestVersion),
      let best = try? JSONDecoder().decode(BestVersion.self, from: data)
    else { return nil }
    return best
  }
}
