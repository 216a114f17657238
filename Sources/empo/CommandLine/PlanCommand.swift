import ArgumentParser
import Benches
import Evaluation
import Foundation
import Operations
import Runs

/// `empo plan`: what a run would take on this host, and on several.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Measures a part of a run's first step on this host, and says what the run would take here and on several hosts like it.",
    usage: """
      empo plan [CONFIG.yaml] [--preset NAME] [--KEY VALUE ...] [--hosts N,N,...] [--link RATE] [--json]
      empo plan --run DIR [--probe] [--KEY VALUE ...] [--hosts N,N,...] [--link RATE] [--json]
      """,
    discussion: """
      It samples a few of the run's groups, computes a part of a gradient from them and moves the policy once, which takes about as long as a \
      step on one host. That forecast takes every group for one that teaches. With --run the configuration is that of a run folder, and the \
      figures are those of the steps that the run has recorded, if there are some and no other key changes what a step costs.
      """)

  @Argument(help: ArgumentHelp("The run's configuration, a YAML file.", valueName: "CONFIG.yaml"))
  var file: String?

  @Option(name: .customLong("run"), help: ArgumentHelp("A run folder, in place of a configuration.", valueName: "DIR"))
  var runFolder: String?

  @Flag(help: "Measures on this host even where the run has recorded steps.")
  var probe = false

  @Option(help: ArgumentHelp("Settings of a published run, below all else.", valueName: "NAME"))
  var preset: ConfigurationPreset?

  @Option(help: ArgumentHelp("Numbers of hosts like this one, each with a worker; the first has the learner as well.", valueName: "N,N,…"))
  var hosts = "1,2,4,8,16"

  @Option(
    help: ArgumentHelp(
      "The rate of the learner's link, such as 100Mbit or 10Gbit; by default what held up the run's gradients, or else 1Gbit.",
      valueName: "RATE"), completion: LinkRate.completions, transform: LinkRate.argument)
  var link: LinkRate?

  @Flag(help: "Prints one line of JSON.")
  var json = false

  @OptionGroup var keys: ConfigurationFlags

  func validate() throws {
    guard counts != nil else { throw ValidationError("--hosts \(hosts): expected numbers from 1 to 100000 with commas") }
    if runFolder != nil, file != nil || preset != nil {
      throw ValidationError("--run has a configuration: it takes no other, and no --preset")
    }
  }

  private var counts: [Int]? {
    let counts = hosts.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !counts.isEmpty, counts.allSatisfy({ (1...100_000).contains($0 ?? 0) }) else { return nil }
    return counts.compactMap(\.self)
  }

  func run() async throws {
    var configuration =
      try runFolder.map { try RunConfiguration(contentsOf: RunFolder.open($0)) }
      ?? RunConfiguration.load(file: file, flags: keys.values, preset: preset)
    if runFolder != nil { try configuration.take(flags: keys.values) }
    // One host that only asks what several would do: with several, workers compute what can be spread.
    if configuration.gradients == .automatic, configuration.gradientPartCount > 1 { configuration.gradients = .workers }
    try configuration.validate()
    let assembly = try RunAssembly(configuration)
    let found = try findings(of: assembly)
    let link = link ?? LinkRate(bitsPerSecond: found.link ?? 1e9)
    let forecasts = (counts ?? []).map { StepForecast(found.costs, hosts: $0, link: link.bitsPerSecond) }
    let plan = RunForecast(assembly, found)
    Console.output.write(json ? try plan.json(forecasts, link: link) : try plan.text(forecasts, link: link))
  }

  /// Keys whose values say nothing of what a host takes for a piece of work.
  private static let harmless: Set = ["steps", "workers", "gradients", "learner.works"]

  private func findings(of assembly: RunAssembly) throws -> StepFindings {
    func probed() throws -> StepFindings { try StepProbe(assembly).run { Console.error.line($0) } }
    guard !probe, let runFolder, Self.harmless.isSuperset(of: keys.values.keys),
      let recorded = RecordedSteps(of: RunFolder(path: runFolder))
    else { return try probed() }
    return try StepFindings(recorded, of: StepShape(assembly), probe: probed)
  }
}

/// A rate in bits a second, as people write it.
struct LinkRate: CustomStringConvertible {
  let bitsPerSecond: Double

  init(bitsPerSecond: Double) { self.bitsPerSecond = bitsPerSecond }

  /// Reads a rate with its unit.
  static let argument = Bounds.value("a rate such as 100Mbit or 10Gbit") { LinkRate($0) }

  init?(_ argument: String) {
    let units = [("Gbit", 1e9), ("Mbit", 1e6), ("kbit", 1e3), ("bit", 1)]
    guard let (unit, factor) = units.first(where: { argument.hasSuffix($0.0) }), let number = Double(argument.dropLast(unit.count)),
      number.isFinite, number > 0
    else { return nil }
    bitsPerSecond = number * factor
  }

  var description: String {
    let (unit, factor) = bitsPerSecond >= 1e9 ? ("Gbit", 1e9) : bitsPerSecond >= 1e6 ? ("Mbit", 1e6) : ("kbit", 1e3)
    return Figures.significant(bitsPerSecond / factor) + unit
  }

  static let completions = CompletionKind.list(["100Mbit", "1Gbit", "10Gbit"])
}
