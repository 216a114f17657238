import Foundation
import TestSupport
import Testing

/// `empo probe --trial`: a run's first steps, tried.
@Suite("empo probe")
struct ProbeCommandTests {
  private struct Probe: Decodable {
    var trial: Trial

    struct Trial: Decodable {
      var policy_sha256: String
      var steps: [Step]
    }

    struct Step: Decodable {
      var reward_accuracy: Double?
      var majority_share: Double
    }
  }

  @Test("A trial takes the run's own steps", arguments: ["--lag=0", "--lag=1", "--train=lora"]) func ownSteps(setting: String) async throws
  {
    let run = try await TinyRun()
    let settings = [setting, "--steps", "3", "--skip-unanimous", "1"]
    let trained = try run.train("run", settings)
    #expect(await trained.status() == 0, "\(trained.errors)")
    let command = try Command(["probe", "run.yaml", "--groups", "2", "--trial", "3", "--json"] + settings, in: run.folder, name: "probe")
    #expect(await command.status() == 0, "\(command.errors)")
    let trial = try JSONDecoder().decode(Probe.self, from: Data(command.output.utf8)).trial
    let metrics = try run.folder.lines("run/metrics.jsonl").map { try JSONDecoder().decode(Probe.Step.self, from: Data($0.utf8)) }
    #expect(trial.steps.map(\.majority_share) == metrics.map(\.majority_share))
    #expect(try trial.policy_sha256 == run.digest(of: "run"))
    #expect(trial.steps.allSatisfy { $0.reward_accuracy != nil }, "the embedded questions have answers for who asks")
  }

  @Test("Answers tell which pseudo-rewards are true, and a trial is no longer than its run") func answers() async throws {
    let run = try await TinyRun("questions: q.jsonl\n")
    try run.write((1...8).map { #"{"question": "\#($0) plus 1 is what?", "answer": "\#($0 + 1)"}"# }.joined(separator: "\n"), to: "q.jsonl")
    let command = try Command(["probe", "run.yaml", "--groups", "2", "--trial", "1"], in: run.folder, name: "probe")
    #expect(await command.status() == 0, "\(command.errors)")
    #expect(command.output.contains("a trial of 1 step") && command.output.contains("true pseudo-rewards"), "\(command.output)")
    #expect(!command.output.contains("unknown"), "\(command.output)")
    let long = try Command(["probe", "run.yaml", "--trial", "7"], in: run.folder, name: "long")
    #expect(await long.status() != 0)
    #expect(long.errors.contains("--trial 7 is more than the run has: 6 steps"), "\(long.errors)")
  }
}
