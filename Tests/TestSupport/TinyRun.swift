import Foundation
import Testing

/// A run small enough for a test: a model that has hardly begun to learn, and a few short groups a step. The model has no answers yet, so
/// the reward is a coin's unless the lines name another or a judge: then the groups teach, and the weights move.
package struct TinyRun {
  package let folder: ScratchFolder

  /// Makes the model and the configuration, with more lines of it if given, which may name other questions.
  package init(_ lines: String = "") async throws {
    folder = try ScratchFolder()
    let pretraining = try Command(["pretrain", "model", "--steps", "4", "--threads", "1"], in: folder, name: "pretrain")
    #expect(await pretraining.status() == 0, "\(pretraining.errors)")
    try write(
      """
      model: model
      \(lines.contains("questions:") ? "" : "questions: embedded")
      \(lines.contains("reward:") || lines.contains("judge:") ? "" : "reward: random")
      \(lines.contains("train:") ? "" : "train: full")
      prompt_template: qa
      held_out: none
      \(lines.contains("steps:") ? "" : "steps: 6")
      questions_per_step: 4
      group_size: 4
      checkpoint_every: 2
      sampling:
        max_new_tokens: 24
      optimizer:
        learning_rate: 2e-4
      \(lines)
      """, to: "run.yaml")
  }

  package func write(_ text: String, to name: String) throws {
    try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
  }

  /// Begins a run in the run folder `name`, on an instruction set of its own if one is named.
  package func train(_ name: String, _ arguments: [String] = [], kernels: String? = nil) throws -> Command {
    try Command(
      ["train", "run.yaml", "--run", name] + arguments, in: folder, name: name,
      environment: kernels.map { ["EMPO_KERNELS": $0] } ?? [:])
  }

  /// Where the learner of a run listens, once it does; nil if it never does.
  package func endpoint(of name: String) async -> String? {
    struct Endpoints: Decodable {
      var learner: String
    }
    let path = folder.file(name + "/endpoints.json")
    guard await eventually({ FileManager.default.contents(atPath: path)?.isEmpty == false }) else { return nil }
    return FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Endpoints.self, from: $0).learner }
  }

  /// Goes on with a run.
  package func resume(_ name: String, _ arguments: [String] = []) throws -> Command {
    try Command(["train", "--resume", name] + arguments, in: folder, name: name + "-resumed")
  }

  /// How many steps a run has behind it, as its metrics tell.
  package func steps(of name: String) -> Int { folder.lines(name + "/metrics.jsonl").count }

  /// The digest of the final parameters.
  package func digest(of name: String) throws -> String {
    struct Report: Decodable {
      var policy_sha256: String
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(name + "/report.json")))
    return try JSONDecoder().decode(Report.self, from: data).policy_sha256
  }
}
