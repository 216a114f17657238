package import ArgumentParser
import Operations

/// `empo bench crowd`: the simulated workers of `empo bench intake`, in a process of their own.
package struct CrowdBench: ParsableCommand {
  package static let configuration = CommandConfiguration(commandName: "crowd", abstract: "Simulated workers.", shouldDisplay: false)

  /// The command as it is without arguments.
  package init() {}

  @Option var connect: String
  @Option var workers: Int
  @Option var credits: Int
  @Option var group: Int
  @Option var length: Int
  @Option var seconds: Double

  /// The crowd's results.
  struct Findings: Codable {
    var groupBytes: Int
    var saturated: SimulatedCrowd.Phase
    var paced: SimulatedCrowd.Phase
  }

  package func run() throws {
    OpenFiles.raiseLimit()
    let crowd = try SimulatedCrowd(connecting: connect, workers: workers, credits: credits, groupSize: group, length: length)
    try crowd.awaitTasks(within: .seconds(60))
    let saturated = try crowd.work(for: .seconds(seconds), settling: .seconds(seconds / 4), rate: nil)
    let queued = saturated.leaseP99.isFinite ? saturated.leaseP99 : 0
    let paced = try crowd.work(
      for: .seconds(seconds), settling: .seconds(seconds / 4) + .milliseconds(2 * queued), rate: max(1, saturated.groupsPerSecond / 2))
    try BenchHost.printLine(Findings(groupBytes: try crowd.groupBytes(), saturated: saturated, paced: paced))
  }
}
