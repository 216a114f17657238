package import ArgumentParser
import Cluster
import Foundation
import Operations
import Runs

/// `empo bench intake`: a learner's intake of groups, without sampling and updates.
package struct IntakeBench: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "intake", abstract: "Groups a second that a learner takes in from simulated workers, and how soon it answers.",
    discussion: """
      Workers that sample nothing answer every task at once, over TCP on this host, from a process of their own; the update takes no time. \
      Responses are word problems worked out, as the embedded model writes them, and the learner scores every group again, as in a run: \
      tokens to text, answers, clusters, rewards. \
      One line of JSON for each number of workers, and a table on the standard error. Lease latency is the time from sending a group to \
      having the next task, at half of the rate that the learner can take; saturated, at the full rate, where it is the time spent in queues.
      """)

  /// The command as it is without arguments.
  package init() {}

  @Option(help: ArgumentHelp("Numbers of workers, one after the other.", valueName: "N,N,…"))
  var workers = "1,10,100,1000"

  @Option(
    help: ArgumentHelp("Seconds at the full rate, and again at half of it.", valueName: "S"),
    transform: Bounds.number("a number from 0.1 to 3600") { 0.1...3600 ~= $0 })
  var seconds = 5.0

  @Option(help: ArgumentHelp("Responses of a group.", valueName: "N"), transform: Bounds.integer(1...1_024))
  var group = 16

  @Option(help: ArgumentHelp("Tokens of a response.", valueName: "N"), transform: Bounds.integer(1...4_096))
  var length = 64

  @Option(help: ArgumentHelp("Tasks that a worker has in hand.", valueName: "N"), transform: Bounds.integer(1...1_024))
  var credits = 4

  @Flag(inversion: .prefixedNo, help: "Writes every group to a ledger before it is acknowledged, as a run does.")
  var ledger = true

  package func validate() throws {
    guard BenchHost.counts(workers) != nil else {
      throw ValidationError("--workers \(workers): expected numbers from 1 to 1024 with commas")
    }
  }

  /// A line of the result.
  private struct Result: Encodable {
    var bench = "intake"
    var workers: Int
    var groups_per_s: Double
    var mb_per_s: Double
    var group_bytes: Int
    var lease_ms_p50: Double
    var lease_ms_p99: Double
    var saturated_lease_ms_p50: Double
    var saturated_lease_ms_p99: Double
    var resident_mib: Double
    var learner_cpu_ms_per_group: Double
    var scoring_us_per_group: Double
    var ledger: Bool
    var shape: [String: Int]
  }

  package func run() async throws {
    OpenFiles.raiseLimit()
    Console.error.line(
      "     workers    groups/s        MB/s    p50 ms    p99 ms  full p50  full p99   resident MiB  cpu ms/group  scoring us/group")
    for count in BenchHost.counts(workers) ?? [] {
      let result = try await measure(count)
      Console.error.line(
        BenchHost.cell(Double(count)) + BenchHost.cell(result.groups_per_s) + BenchHost.cell(result.mb_per_s, digits: 1)
          + BenchHost.cell(result.lease_ms_p50, digits: 2, width: 10) + BenchHost.cell(result.lease_ms_p99, digits: 2, width: 10)
          + BenchHost.cell(result.saturated_lease_ms_p50, digits: 1, width: 10)
          + BenchHost.cell(result.saturated_lease_ms_p99, digits: 1, width: 10) + BenchHost.cell(result.resident_mib, width: 15)
          + BenchHost.cell(result.learner_cpu_ms_per_group, digits: 3, width: 14)
          + BenchHost.cell(result.scoring_us_per_group, digits: 1, width: 18))
      try BenchHost.printLine(result)
    }
  }

  private func measure(_ count: Int) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("empo-intake-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (endpoints, found) = AsyncStream.makeStream(of: String.self)
    let groups = AcceptedGroups()
    let scoring = ScoringTime()
    let store: (@Sendable () throws -> any GroupStore)? =
      ledger
      ? { @Sendable () throws -> any GroupStore in LedgerStore(try Ledger(path: folder + "/ledger.sqlite", configuration: "bench")) } : nil
    // Steps are large enough that both open ones have tasks for everybody.
    let learner = try BenchLearner(questionsPerStep: max(64, 2 * count * credits), groupSize: group, length: length).service(
      store: store, scoring: scoring
    ) { report in
      switch report {
      case .listening(let endpoint, _): found.yield(endpoint)
      case .notice(.accepted): groups.add()
      default: break
      }
    }
    let processorSeconds = BenchHost.processorSeconds()
    let (findings, resident) = try await withThrowingTaskGroup(
      of: Void.self, returning: (CrowdBench.Findings, Double).self
    ) { tasks in
      tasks.addTask { try await learner.run() }
      defer { learner.stop() }
      var iterator = endpoints.makeAsyncIterator()
      guard let endpoint = await iterator.next() else { throw OperationsError(.process, "the learner did not begin to listen") }
      let output = try await BenchHost.run([
        "bench", "crowd", "--connect", endpoint, "--workers", "\(count)", "--credits", "\(credits)", "--group", "\(group)", "--length",
        "\(length)", "--seconds", "\(seconds)",
      ])
      return (try JSONDecoder().decode(CrowdBench.Findings.self, from: Data(output.utf8)), BenchHost.residentMebibytes())
    }
    return Result(
      workers: count, groups_per_s: findings.saturated.groupsPerSecond,
      mb_per_s: findings.saturated.groupsPerSecond * Double(findings.groupBytes) / 1e6, group_bytes: findings.groupBytes,
      lease_ms_p50: findings.paced.leaseP50, lease_ms_p99: findings.paced.leaseP99,
      saturated_lease_ms_p50: findings.saturated.leaseP50, saturated_lease_ms_p99: findings.saturated.leaseP99, resident_mib: resident,
      learner_cpu_ms_per_group: 1000 * (BenchHost.processorSeconds() - processorSeconds) / Double(max(1, groups.count)),
      scoring_us_per_group: scoring.microsecondsPerGroup, ledger: ledger, shape: ["credits": credits, "group": group, "length": length])
  }
}
