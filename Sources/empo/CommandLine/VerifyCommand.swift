import ArgumentParser
import Benches
import Runs

/// `empo verify`: computes steps of a run again.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Computes steps of a run again from its folder, and says whether the records are bit-equal.",
    usage: "empo verify RUN --step N\n       empo verify RUN --all",
    discussion: """
      It goes forward from the newest checkpoint up to the step, or from the base model: scores the recorded tokens again, trains on the recorded \
      groups, and compares scores, loss, gradient norm and weights. Nothing in the folder is changed, and a copy of it will do, as long as the \
      model and the questions are where its config.yaml says. The exit status is 1 if something differs; the error names the first difference.
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "RUN"))
  var folder: String

  @Option(
    help: ArgumentHelp("The step, counted from 0 as in metrics.jsonl; it made policy version N + 1.", valueName: "N"),
    transform: Bounds.integer(0...UInt32.max))
  var step: UInt32?

  @Flag(help: "Every step that can be verified.")
  var all = false

  func validate() throws {
    guard all != (step != nil) else { throw ValidationError("expected --step N or --all") }
  }

  func run() throws {
    let run = try RunVerification(try RunFolder.find(folder))
    if let step { try run.require(step) }
    let wanted = step.map { [$0] } ?? run.steps
    guard !wanted.isEmpty else {
      throw CommandLineError(
        .runFolder, "no step of \(run.folder.path) can be verified: its ledger has no step with its groups and figures")
    }
    for fault in run.faults { Console.output.line(fault) }
    var differences = run.faults
    let leftOut = try run.verify(wanted) { step in
      if Console.error.isTerminal { Console.error.write(Console.clearLine + "computing step \(step), up to \(wanted.last ?? step)") }
    } report: { verdict in
      if Console.error.isTerminal { Console.error.write(Console.clearLine) }
      Console.output.write(text(verdict))
      if let difference = verdict.difference { differences.append(difference) }
    }
    if !leftOut.isEmpty {
      Console.output.line("not compared, since they follow from weights that differ: steps \(RunVerification.ranges(leftOut))")
    }
    if let first = differences.first { throw CommandLineError(.runFolder, first) }
  }

  /// A step's findings in full where it is the only one or something differs; else in one line.
  private func text(_ verdict: StepVerdict) -> String {
    let start = verdict.start == 0 ? "the base model" : "the checkpoint of version \(verdict.start)"
    let title = "step \(verdict.step), from \(start)"
    if all, verdict.difference == nil { return "\(title): \(verdict.summary)\n" }
    return "\(title)\n" + verdict.lines.map { $0 + "\n" }.joined()
  }
}
