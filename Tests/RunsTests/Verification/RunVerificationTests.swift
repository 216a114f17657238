import Cluster
import EMPO
import Foundation
import GRDB
import Rollouts
import Runs
import TestSupport
import Testing
import Training
import Wire

@Suite struct RunVerificationTests {
  private let temporary: ScratchFolder

  init() throws {
    temporary = try ScratchFolder()
  }

  private var path: String { temporary.file("run") }

  private func verdicts(of run: RecordedRun, _ steps: [UInt32]? = nil) throws -> (verdicts: [StepVerdict], leftOut: [UInt32]) {
    let verification = try RunVerification(RunFolder.find(run.folder.path))
    var verdicts: [StepVerdict] = []
    let leftOut = try verification.verify(steps ?? verification.steps, progress: { _ in }, report: { verdicts.append($0) })
    return (verdicts, leftOut)
  }

  /// Runs of unlike arithmetic.
  enum Kind: CaseIterable {
    case plain, adapters, bfloat16, parts

    func set(_ run: inout RunConfiguration) {
      switch self {
      case .plain: break
      case .adapters: (run.train, run.lora.rank, run.weightStorage, run.lag) = (.lora, 2, .bfloat16, 1)
      case .bfloat16:
        (run.weightStorage, run.lag, run.minibatches) = (.bfloat16, 1, 2)
        (run.scoring.reward, run.sampling.maximumNewTokens) = (.evol, 40)
      case .parts: (run.kl, run.gradientParts) = (0.1, 2)
      }
    }
  }

  @Test("A run is bit-equal, wherever its folder lies, and the folder stays as it is", arguments: Kind.allCases)
  func equal(kind: Kind) throws {
    let run = try RecordedRun(at: path, kind.set)
    let before = try run.files()
    let (verdicts, leftOut) = try verdicts(of: run)
    #expect(verdicts.map(\.step) == [0, 1, 2, 3] && leftOut.isEmpty)
    for verdict in verdicts {
      #expect(verdict.difference == nil, "\(verdict.lines.joined(separator: "\n"))")
      let names = verdict.findings.filter { $0.outcome == .unrecorded }.map(\.name)
      #expect(names == (verdict.step % 2 == 1 ? [] : ["checkpoint"]))
      #expect(verdict.summary.hasPrefix("bit-equal, loss ") && verdict.summary.contains(", XXH3 "))
    }
    #expect(try run.files() == before)
    let copy = temporary.file("elsewhere")
    try FileManager.default.moveItem(atPath: path, toPath: copy)
    let moved = try RunVerification(RunFolder.find(copy))
    #expect(moved.faults.isEmpty)
    var last: StepVerdict?
    _ = try moved.verify([3], progress: { _ in }, report: { last = $0 })
    #expect(last?.start == 2 && last?.difference == nil, "\(last?.lines.joined(separator: "\n") ?? "")")
  }

  private func run(forging change: @escaping (inout ScoredResponse) -> Void) throws -> RecordedRun {
    try RecordedRun(
      at: path,
      forge: { group in
        guard group.result.item == WorkItem(step: 1, slot: 1) else { return group }
        var group = group
        change(&group.result.group.responses[2])
        return group
      })
  }

  @Test("A reward that was changed after the update is named with its place") func reward() throws {
    let (verdicts, leftOut) = try verdicts(of: run { $0.reward = 0.25 })
    #expect(verdicts.map { $0.difference == nil } == [true, false, true, true] && leftOut.isEmpty)
    let told = verdicts[1].difference ?? ""
    #expect(told.hasPrefix("step 1: rewards: slot 1 sample 2: recorded 0.25, computed "), "\(told)")
    // The update was made with another one, and the checkpoint and the policy are those of that.
    let differing = verdicts[1].findings.filter { $0.outcome == .differs }.map(\.name)
    #expect(differing.contains("policy") && differing.contains("checkpoint"))
  }

  @Test("A token that was changed after the update is named with its place") func token() throws {
    let (verdicts, _) = try verdicts(of: run { $0.tokens[3] = $0.tokens[3] == 9 ? 10 : 9 }, [1])
    let told = verdicts[0].difference ?? ""
    #expect(told.hasPrefix("step 1: tokens: slot 1 sample 2 token 3: "), "\(told)")
  }

  @Test("A cluster, an answer and a log-probability are told apart") func scores() throws {
    let run = try RecordedRun(
      at: path,
      forge: { group in
        var group = group
        guard group.result.item.slot == 1 else { return group }
        switch group.result.item.step {
        case 1: group.result.group.responses[2].cluster = 3 - group.result.group.responses[2].cluster
        case 2: group.result.group.responses[2].answer = "x"
        case 3: group.result.group.responses[2].tokenLogProbabilities[0] -= 1
        default: break
        }
        return group
      })
    let told = try verdicts(of: run).verdicts.map { $0.difference ?? "" }
    #expect(told[0] == "")
    #expect(told[1].hasPrefix("step 1: clusters: slot 1 sample 2: recorded "), "\(told)")
    #expect(told[2].hasPrefix(#"step 2: answers: slot 1 sample 2: recorded "x", computed ""#), "\(told)")
    #expect(told[3].hasPrefix("step 3: tokens: slot 1 sample 2 token 0: log-probability "), "\(told)")
  }

  @Test("Steps that follow from false weights are left out up to the next checkpoint") func following() throws {
    let run = try RecordedRun(
      at: path,
      forge: { group in
        guard group.result.item == WorkItem(step: 0, slot: 0) else { return group }
        var group = group
        group.result.group.isKept = true
        for index in group.result.group.responses.indices { group.result.group.responses[index].reward = index == 0 ? 5 : 0 }
        return group
      })
    let (verdicts, leftOut) = try verdicts(of: run)
    #expect(verdicts.map(\.step) == [0, 2, 3] && leftOut == [1])
    #expect(verdicts.map { $0.difference == nil } == [false, true, true])
    #expect(verdicts[1].start == 2)
  }

  /// The last byte of a file of weights is of the last value's sign and exponent.
  @Test("A weight that was changed in a checkpoint is found", arguments: [("model.safetensors", ""), ("optimizer.safetensors", "second/")])
  func weight(file: String, prefix: String) throws {
    let run = try RecordedRun(at: path)
    try run.change(file, ofVersion: 2, byte: -1, noted: true)
    let (verdicts, leftOut) = try verdicts(of: run)
    #expect(verdicts.map { $0.difference == nil } == [true, false, true, true] && leftOut.isEmpty)
    let told = verdicts[1].difference ?? ""
    #expect(told.hasPrefix("step 1: checkpoint: \(path)/checkpoints/step-000002: \(prefix)") && told.contains("]: recorded "), "\(told)")
    // From the checkpoint itself on, another run follows.
    #expect(try self.verdicts(of: run, [2]).verdicts[0].findings.contains { $0.name == "policy" && $0.outcome == .differs })
  }

  @Test("A course that was changed in a checkpoint is found, of its counts, its guard, and what the next steps are sampled from")
  func course() throws {
    let run = try RecordedRun(at: path, { $0.lag = 1 })
    func told() throws -> String { try verdicts(of: run).verdicts[1].difference ?? "" }
    #expect(try told() == "")
    try run.change(CheckpointState.samplingFile(ofVersion: 1), ofVersion: 2, byte: -1, noted: true)
    #expect(try told().hasSuffix("the weights of version 1, from which the next steps are sampled, are others"))
    try run.change(CheckpointState.samplingFile(ofVersion: 1), ofVersion: 2, byte: -1, noted: true)
    try run.changeState(ofVersion: 2) { $0.collapse = CollapseGuard.State() }
    #expect(try told().hasSuffix("step-000002: the guard remembers something else than its steps tell"))
    try run.changeState(ofVersion: 2) { $0.trainedTokens += 1 }
    #expect(try told().contains("step-000002: trained tokens: recorded "))
  }

  @Test("A checkpoint that was removed since is none, and a step is computed from further back") func removed() throws {
    let run = try RecordedRun(at: path)
    let verification = try RunVerification(run.folder)
    try FileManager.default.removeItem(atPath: run.folder.checkpoints + "/step-000002")
    var last: StepVerdict?
    _ = try verification.verify([3], progress: { _ in }, report: { last = $0 })
    #expect(last?.start == 0 && last?.difference == nil, "\(last?.lines.joined(separator: "\n") ?? "")")
  }

  @Test("A folder whose checkpoint is of another step, and a version that no run has, are faults") func impossible() throws {
    let run = try RecordedRun(at: path)
    try FileManager.default.removeItem(atPath: run.folder.checkpoints + "/step-000002")
    try FileManager.default.moveItem(
      atPath: run.folder.checkpoints + "/step-000004", toPath: run.folder.checkpoints + "/step-000002")
    let faults = try RunVerification(run.folder).faults
    #expect(faults.count == 1 && faults[0].hasSuffix("its state.json is of step 4"), "\(faults)")
  }

  @Test("Trained steps without figures are named") func lost() throws {
    let run = try RecordedRun(at: path)
    let ledger = try DatabaseQueue(path: run.folder.ledger)
    try ledger.write { try $0.execute(sql: "DELETE FROM steps WHERE step IN (1, 3)") }
    try ledger.close()
    #expect(try RunVerification(run.folder).faults == ["\(run.folder.ledger) has no figures of steps 1, 3, which the run trained"])
  }

  @Test(
    "The report of a run is compared", arguments: [("steps", 3, "steps recorded 3, computed 4"), ("policy", 4, "policy_sha256 recorded x")])
  func report(name: String, steps: Int, told: String) throws {
    let run = try RecordedRun(at: path)
    let report = #"{"steps": \#(steps), "seconds": 1, "policy_sha256": "x"}"#
    try report.write(toFile: run.folder.report, atomically: true, encoding: .utf8)
    let difference = try verdicts(of: run, [3]).verdicts[0].difference
    #expect(difference?.contains("report.json: \(told)") == true, "\(difference ?? "")")
  }

  @Test("A checkpoint that is not whole is named, and passed over") func broken() throws {
    let run = try RecordedRun(at: path)
    try run.change("model.safetensors", ofVersion: 2, byte: -1, noted: false)
    let verification = try RunVerification(run.folder)
    #expect(
      verification.faults.count == 1 && verification.faults[0].contains("step-000002 is not a usable checkpoint: its model.safetensors"))
    #expect(verification.start(of: 3) == 0)
    #expect(try verdicts(of: run, [3]).verdicts[0].difference == nil)
  }

  @Test("What is missing decides which steps can be verified") func missing() throws {
    let run = try RecordedRun(at: path, forge: { $0.result.item == WorkItem(step: 1, slot: 0) ? nil : $0 })
    let verification = try RunVerification(run.folder)
    #expect(verification.steps == [0, 2, 3])
    for (step, reason) in [(1, "the ledger lacks all groups of step 1, and there is"), (4, "the ledger has no record of it")]
      as [(UInt32, String)]
    {
      let error = #expect(throws: RunsError.self) { try verification.require(step) }
      #expect(error?.message.hasPrefix("step \(step) of \(path) cannot be verified, since \(reason)") == true, "\(error?.message ?? "")")
      #expect(error?.message.hasSuffix("; these can be: 0, 2 to 3") == true)
    }
    try FileManager.default.removeItem(atPath: run.folder.checkpoints)
    #expect(try RunVerification(run.folder).steps == [0])
    #expect(!FileManager.default.fileExists(atPath: run.folder.checkpoints))
    try FileManager.default.removeItem(atPath: run.folder.ledger)
    let error = #expect(throws: RunsError.self) { try RunVerification(run.folder) }
    #expect(error?.message.contains("has no ledger.sqlite") == true)
    #expect(!FileManager.default.fileExists(atPath: run.folder.ledger))
  }
}
