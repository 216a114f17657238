package import ArgumentParser
import Cluster
import Foundation
import Operations
import Runs

/// `empo bench scaling`: how the groups of a run grow with its workers, where sampling takes time and no processor.
package struct ScalingBench: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "scaling", abstract: "Groups a second of worker processes that sleep in place of sampling, and their efficiency.",
    discussion: """
      Every worker is a process of its own with the whole conversation of a real one; only its sampler sleeps. Efficiency is the rate of N \
      workers over N times the rate of the first number of workers given, by default 1. One line of JSON for each number.
      """)

  /// The command as it is without arguments.
  package init() {}

  @Option(help: ArgumentHelp("Numbers of workers, one after the other.", valueName: "N,N,…"))
  var workers = "1,2,4,8"

  @Option(help: ArgumentHelp("Seconds to measure for.", valueName: "S"))
  var seconds = 10.0

  @Option(help: ArgumentHelp("Milliseconds that a group takes.", valueName: "MS"))
  var milliseconds = 100

  @Option(help: ArgumentHelp("Questions of a step.", valueName: "N"))
  var questions = 64

  package func validate() throws {
    guard BenchHost.counts(workers) != nil else {
      throw ValidationError("--workers \(workers): expected numbers from 1 to 1024 with commas")
    }
    guard (0.1...3_600).contains(seconds) else { throw ValidationError("--seconds \(seconds): expected 0.1 to 3600") }
    try Bounds.require(milliseconds, in: 1...60_000, "--milliseconds")
    try Bounds.require(questions, in: 1...65_536, "--questions")
  }

  /// A line of the result.
  private struct Result: Encodable {
    var bench = "scaling"
    var workers: Int
    var groups_per_s: Double
    var efficiency: Double
    var shape: [String: Int]
  }

  package func run() async throws {
    Console.error.line("     workers    groups/s  efficiency")
    var single: Double?
    for count in BenchHost.counts(workers) ?? [] {
      let rate = try await measure(count)
      guard rate > 0 else { throw OperationsError(.process, "no group came within \(seconds) s: give more --seconds") }
      if single == nil { single = rate / Double(count) }
      let efficiency = rate / (Double(count) * (single ?? rate))
      Console.error.line(
        BenchHost.cell(Double(count)) + BenchHost.cell(rate, digits: 2) + BenchHost.cell(100 * efficiency, digits: 1, width: 10) + " %")
      try BenchHost.printLine(
        Result(
          workers: count, groups_per_s: rate, efficiency: efficiency, shape: ["milliseconds": milliseconds, "questions": questions]))
    }
  }

  private func measure(_ count: Int) async throws -> Double {
    let (endpoints, found) = AsyncStream.makeStream(of: String.self)
    let groups = AcceptedGroups()
    let learner = try BenchLearner(questionsPerStep: questions, groupSize: SleepingSampler.groupSize, length: SleepingSampler.length)
      .service(store: nil) { report in
        switch report {
        case .listening(let endpoint, _): found.yield(endpoint)
        case .notice(.workerJoined(_, _, _, let workers, _)): groups.workers = workers
        case .notice(.accepted): groups.add()
        default: break
        }
      }
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await learner.run() }
      defer {
        learner.stop()
        tasks.cancelAll()
      }
      var iterator = endpoints.makeAsyncIterator()
      guard let endpoint = await iterator.next() else { throw OperationsError(.process, "the learner did not begin to listen") }
      for index in 0..<count {
        tasks.addTask { [milliseconds] in
          _ = try? await BenchHost.run(
            ["bench", "sleeper", "--connect", endpoint, "--name", "sleeper-\(index)", "--milliseconds", "\(milliseconds)"])
        }
      }
      let clock = ContinuousClock()
      let patience = clock.now + .seconds(60)
      while groups.workers < count {
        guard clock.now < patience else { throw OperationsError(.process, "\(groups.workers) of \(count) workers joined within a minute") }
        try await clock.sleep(for: .milliseconds(20))
      }
      // Everybody has the weights and its first tasks by then.
      try await clock.sleep(for: .milliseconds(1_000 + 2 * milliseconds))
      let (start, first) = (clock.now, groups.count)
      try await clock.sleep(for: .seconds(seconds))
      return Double(groups.count - first) / ((clock.now - start) / .seconds(1))
    }
  }
}
