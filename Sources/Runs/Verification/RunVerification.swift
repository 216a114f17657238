import Cluster
import EMPO
import Foundation
package import Training

/// A recorded run, to be computed again: from its configuration, its ledger and the checkpoints that are kept. Changes nothing in its folder.
package struct RunVerification {
  /// The run.
  package let folder: RunFolder
  /// What its configuration stands for.
  package let assembly: RunAssembly
  /// The checkpoints that are whole, by their versions.
  package let checkpoints: [UInt32: Checkpoint]
  /// What is wrong before anything is computed: a line for each folder that looks like a checkpoint and is none, for each checkpoint that was
  /// written with other entries of the ledger, and for trained steps without figures.
  package let faults: [String]
  /// The figures of the trained steps, by their steps.
  let records: [UInt32: StepRecord]
  /// The measurements that the run's guard was told of.
  private let probes: [LabelledProbe]
  /// The steps with a group of every slot.
  let complete: Set<UInt32>
  private let outcome: String
  private let copy: LedgerCopy

  /// Reads and checks what a run left; reads every file of every checkpoint. Throws where the ledger is damaged, and names the first place.
  package init(_ folder: RunFolder) throws {
    self.folder = folder
    assembly = try RunAssembly(RunConfiguration(contentsOf: folder))
    let outcome = try assembly.outcome()
    self.outcome = outcome.digest
    var faults: [String] = []
    // Before the ledger: a learner that goes on makes no checkpoint of steps that the ledger does not have.
    checkpoints = try Self.checkpoints(of: folder) { faults.append($0) }
    copy = try folder.explainingChanges(to: outcome) { try LedgerCopy(of: folder, configuration: outcome.digest) }
    let slots = assembly.configuration.questionsPerStep
    records = Dictionary(uniqueKeysWithValues: try copy.ledger.steps().map { ($0.step, $0) })
    probes = try copy.ledger.evaluations().map { LabelledProbe(version: Int($0.policyVersion), accuracy: $0.figures.greedy) }
    complete = Set(try copy.ledger.slotCounts().filter { $0.value == slots }.keys)
    for (version, checkpoint) in checkpoints.sorted(by: { $0.key < $1.key }) {
      if let fault = copy.ledger.shortfall(from: checkpoint.state.ledger.map(LedgerReach.init), version: version) { faults.append(fault) }
    }
    let recorded = Set(records.keys)
    let trained = max(checkpoints.keys.max() ?? 0, recorded.max().map { $0 + 1 } ?? 0)
    let lost = Set(0..<trained).subtracting(recorded).sorted()
    if !lost.isEmpty {
      faults.append("\(folder.ledger) has no figures of \(lost.count == 1 ? "step" : "steps") \(Self.ranges(lost)), which the run trained")
    }
    self.faults = faults
  }

  /// The groups of a step, in slot order.
  func groups(ofStep step: UInt32) throws -> [AcceptedGroup] { try copy.ledger.groups(ofStep: step) }

  private static func checkpoints(of folder: RunFolder, report: (String) -> Void) throws -> [UInt32: Checkpoint] {
    guard FileManager.default.fileExists(atPath: folder.checkpoints) else { return [:] }
    let store = try CheckpointStore(folder: folder.checkpoints, keep: 1)
    var whole: [UInt32: Checkpoint] = [:]
    for step in try store.steps() {
      do {
        let checkpoint = try CheckpointStore.checkpoint(at: store.path(ofStep: step))
        whole[checkpoint.state.step] = checkpoint
      } catch let error as TrainingError {
        // A learner that goes on removes its old ones.
        if FileManager.default.fileExists(atPath: store.path(ofStep: step)) { report(error.message) }
      }
    }
    return whole
  }

  /// What computes the run again, at a version of ``checkpoints`` or 0.
  func trainer(from version: UInt32) throws -> CheckpointedTrainer {
    try CheckpointedTrainer(
      again: try assembly.trainer(), from: checkpoints[version],
      identity: .init(seed: assembly.configuration.seed, configurationDigest: outcome, modelFiles: []),
      guarding: assembly.configuration.guarding, probes: probes)
  }
}

extension RunVerification {
  /// The version from which a step is computed: of the newest whole checkpoint up to it, or 0 for the base model.
  package func start(of step: UInt32) -> UInt32 {
    checkpoints.keys.filter { $0 <= step && isThere($0) }.max() ?? 0
  }

  /// Whether the checkpoint of a version is still there: a learner that goes on removes its old ones.
  func isThere(_ version: UInt32) -> Bool {
    checkpoints[version].map { FileManager.default.fileExists(atPath: $0.path) } ?? false
  }

  /// The steps that can be verified, in order: those with a record, where all steps from the start on have their groups.
  package var steps: [UInt32] {
    records.keys.sorted().filter { missing(for: $0) == nil }
  }

  /// The first step without all of its groups between a step's start and the step; nil where none is missing.
  private func missing(for step: UInt32) -> UInt32? {
    (start(of: step)...step).first { !complete.contains($0) }
  }

  /// Throws unless a step can be verified; the error says which can.
  package func require(_ step: UInt32) throws {
    if records[step] != nil, missing(for: step) == nil { return }
    let lack = missing(for: step).map { "all groups of step \($0), and there is no whole checkpoint behind it" }
    let reason = records[step] == nil ? "the ledger has no record of it" : "the ledger lacks " + (lack ?? "")
    let possible = steps.isEmpty ? "no step can be" : "these can be: \(Self.ranges(steps))"
    throw RunsError(.verification, "step \(step) of \(folder.path) cannot be verified, since \(reason); \(possible)")
  }

  /// Numbers in rising order, in few words: "0 to 3, 7".
  package static func ranges(_ numbers: [UInt32]) -> String {
    var ranges: [ClosedRange<UInt32>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }.joined(separator: ", ")
  }
}
