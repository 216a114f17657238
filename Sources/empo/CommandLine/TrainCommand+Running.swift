import ArgumentParser
import Files
import Foundation
import Operations
import Runs
import Tensors

extension TrainCommand {
  func run() async throws {
    let limit = hours.map(TimeLimit.init)
    let folder: RunFolder
    var configuration: RunConfiguration
    var longer: RunConfiguration?
    if let resume {
      (folder, configuration, longer) = try reopened(resume)
    } else {
      configuration = try RunConfiguration.load(file: file, flags: keys.values, preset: preset)
      if let remark = try RunConfiguration.chosenPreset(flag: preset, file: file)?.remark(on: configuration) { Console.error.line(remark) }
      // Reading everything once before there is a folder keeps failed beginnings from leaving folders.
      let patience = Ticker(every: 5) { Console.error.line("still reading the model and the questions") }
      defer { patience.stop() }
      let assembly = try RunAssembly(configuration)
      configuration.arithmetic = ArithmeticChoice(assembly.arithmetic)
      try assembly.base.checkWeights()
      let sequences = try assembly.workerSequences()
      patience.stop()
      for line in assembly.readings + assembly.omissions { Console.error.line(line) }
      if dryRun {
        Console.output.write(configuration.yaml(isCommented: true))
        Console.output.write(configuration.warnings.map { "\n# Warning: \($0)\n" }.joined())
        Console.output.write(try MemoryEstimate.comment(on: assembly))
        if sequences < configuration.worker.maximumSequences {
          Console.output.write(
            "# A worker samples \(counted(sequences, "sequence")) at once: worker.memory has no room for worker.max_sequences.\n")
        }
        Console.output.write(Self.told { try assembly.checkMemory() })
        if !assembly.omissions.isEmpty { Console.output.write("\n" + assembly.omissions.map { "# \($0)\n" }.joined()) }
        Console.output.write(try Self.example(of: assembly))
        return
      }
      for warning in configuration.warnings + (try assembly.checkMemory()) { Console.error.line("warning: \(warning)") }
      if !prepare { try access.access.check(configuration.learner) }
      folder = try RunFolder.create(at: runFolder)
      try folder.replace(folder.configuration, with: configuration.yaml(isCommented: true))
      if prepare {
        Console.error.line("run folder \(folder.path) is ready: empo learner --run \(ShellWord.quoted(folder.path))")
        return
      }
    }
    let status = try await RunSupervision(
      folder: folder, configuration: configuration, access: access.access, acceptsLoss: acceptLoss, limit: limit, longer: longer
    ).run()
    if status != ExitStatus.success { throw ExitCode(status) }
  }

  /// Warnings as comment lines, or in place of them the error that a run would end with.
  private static func told(_ warnings: () throws -> [String]) -> String {
    do {
      return try warnings().map { "# Warning: \($0)\n" }.joined()
    } catch {
      return "# Error: \(error)\n"
    }
  }

  /// The first prompt, as comment lines: what every question becomes before the model sees it.
  private static func example(of assembly: RunAssembly) throws -> String {
    let prompt = try assembly.renderer.text(of: assembly.firstQuestion)
    let count = try assembly.renderer.tokens(of: assembly.firstQuestion).count
    let lines = prompt.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "#   \($0)\n" }
    return "\n# The first prompt, \(counted(count, "token")):\n" + lines.joined()
  }

  /// A run to continue, and its configuration from now on where it goes on for more steps; only the changeable keys may differ this time.
  private func reopened(_ path: String) throws -> (RunFolder, RunConfiguration, longer: RunConfiguration?) {
    let folder = try RunFolder.open(path)
    let begun = try RunConfiguration(contentsOf: folder)
    let unread = begun.contradicting()
    if !unread.isEmpty {
      Console.error.line("warning: a run goes on as it was configured: \(unread.joined(separator: ", ")) is not looked at")
    }
    var configuration = begun
    try configuration.take(flags: keys.values)
    let longer = try begun.lengthened(to: configuration.steps)
    try configuration.validate()
    return (folder, configuration, longer == begun ? nil : longer)
  }
}
