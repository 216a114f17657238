package import ArgumentParser
import Cluster
import Foundation
import Operations
import Runs
import Synchronization
import Wire

/// `empo bench scaling`: how the groups of a run grow with its workers, where sampling takes time and no processor.
package struct ScalingBench: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "scaling", abstract: "Groups a second of worker processes that sleep in place of sampling, and their efficiency.",
    discussion: """
      Every worker is a process of its own with the whole conversation of a real one; only its sampler sleeps. Efficiency is the rate of N \
      workers over N times the rate of the first number of workers given, by default 1. One line of JSON for each number. With \
      --part-milliseconds, whole steps are measured: updates come in parts, which workers sleep through as well, and whose bytes travel \
      and are added up as in a run.
      """)

  /// The command as it is without arguments.
  package init() {}

  @Option(help: ArgumentHelp("Numbers of workers, one after the other.", valueName: "N,N,…"))
  var workers = "1,2,4,8"

  @Option(
    help: ArgumentHelp("Seconds to measure for.", valueName: "S"),
    transform: Bounds.number("a number from 0.1 to 3600") { 0.1...3600 ~= $0 })
  var seconds = 10.0

  @Option(help: ArgumentHelp("Milliseconds that a group takes.", valueName: "MS"), transform: Bounds.integer(1...60_000))
  var milliseconds = 100

  @Option(help: ArgumentHelp("Questions of a step.", valueName: "N"), transform: Bounds.integer(1...65_536))
  var questions = 64

  @Option(
    help: ArgumentHelp("Milliseconds that a part of an update's gradient takes; 0 for updates that take no time.", valueName: "MS"),
    transform: Bounds.integer(0...600_000))
  var partMilliseconds = 0

  @Option(help: ArgumentHelp("Parts of an update.", valueName: "N"), transform: Bounds.integer(1...1024))
  var parts = 16

  @Option(help: ArgumentHelp("Bytes of a part's gradient, and of a version.", valueName: "N"), transform: Bounds.integer(4...1_000_000_000))
  var gradientBytes = 35_192_832

  package func validate() throws {
    guard gradientBytes.isMultiple(of: 4) else { throw ValidationError("--gradient-bytes \(gradientBytes): expected a multiple of 4") }
    guard BenchHost.counts(workers) != nil else {
      throw ValidationError("--workers \(workers): expected numbers from 1 to 1024 with commas")
    }
  }

  /// A line of the result.
  private struct Result: Encodable {
    var bench = "scaling"
    var workers: Int
    var groups_per_s: Double?
    var steps_per_s: Double?
    var learner_share: Double?
    var efficiency: Double
    var shape: [String: Int]
  }

  package func run() async throws {
    Console.error.line("     workers    \(partMilliseconds > 0 ? " steps/s" : "groups/s")  efficiency")
    var single: Double?
    for count in BenchHost.counts(workers) ?? [] {
      let measured = try await measure(count)
      let rate = measured.rate
      guard rate > 0 else { throw OperationsError(.process, "too little came within \(seconds) s: give more --seconds") }
      if single == nil { single = rate / Double(count) }
      let efficiency = rate / (Double(count) * (single ?? rate))
      Console.error.line(
        BenchHost.cell(Double(count)) + BenchHost.cell(rate, digits: partMilliseconds > 0 ? 4 : 2)
          + BenchHost.cell(100 * efficiency, digits: 1, width: 10) + " %")
      try BenchHost.printLine(
        Result(
          workers: count, groups_per_s: partMilliseconds > 0 ? nil : rate, steps_per_s: partMilliseconds > 0 ? rate : nil,
          learner_share: measured.learnerShare, efficiency: efficiency, shape: shape))
    }
  }

  private var shape: [String: Int] {
    let sampling = ["milliseconds": milliseconds, "questions": questions]
    guard partMilliseconds > 0 else { return sampling }
    return sampling.merging(["part_milliseconds": partMilliseconds, "parts": parts, "gradient_bytes": gradientBytes]) { $1 }
  }

  /// Groups or steps a second, and of steps the share in which the learner alone was at work.
  private func measure(_ count: Int) async throws -> (rate: Double, learnerShare: Double?) {
    let (endpoints, found) = AsyncStream.makeStream(of: String.self)
    let groups = AcceptedGroups()
    let steps = MeasuredSteps()
    let plan =
      partMilliseconds > 0 ? GradientPlan(parts: UInt32(parts), totalBytes: UInt64(gradientBytes), learnerWork: .never) : nil
    let learner = try BenchLearner(
      questionsPerStep: questions, groupSize: SleepingSampler.groupSize, length: SleepingSampler.length, gradients: plan
    ).service(store: nil) { report in
      switch report {
      case .listening(let endpoint, _): found.yield(endpoint)
      case .notice(.workerJoined(_, _, _, let workers, _)): groups.workers = workers
      case .notice(.accepted(let item, _, _)): if item.kind == .sample { groups.add() }
      case .step(_, let timing): steps.add(timing)
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
        tasks.addTask { [milliseconds, partMilliseconds, gradientBytes] in
          _ = try? await BenchHost.run(
            [
              "bench", "sleeper", "--connect", endpoint, "--name", "sleeper-\(index)", "--milliseconds", "\(milliseconds)",
              "--part-milliseconds", "\(partMilliseconds)", "--gradient-bytes", "\(gradientBytes)",
            ])
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
      guard partMilliseconds > 0 else {
        try await clock.sleep(for: .seconds(seconds))
        return (Double(groups.count - first) / ((clock.now - start) / .seconds(1)), nil)
      }
      // Whole steps: the first ones fill what is sampled ahead.
      while steps.count < 2 || steps.seconds < seconds { try await clock.sleep(for: .milliseconds(50)) }
      return (steps.rate, steps.learnerShare)
    }
  }
}

/// The steps of a learner after its first two, for others to read.
private final class MeasuredSteps: Sendable {
  private let timings = Mutex<[StepTiming]>([])

  func add(_ timing: StepTiming) { timings.withLock { $0.append(timing) } }

  var count: Int { timings.withLock(\.count) }

  private var measured: ArraySlice<StepTiming> { timings.withLock { $0.dropFirst(2) } }

  /// Seconds that the steps took.
  var seconds: Double { measured.reduce(0) { $0 + $1.pace.seconds } }

  /// Steps a second.
  var rate: Double { Double(measured.count) / max(seconds, 1e-9) }

  /// The share of the steps that was neither sampling nor gradients.
  var learnerShare: Double {
    measured.reduce(0) { $0 + $1.updateSeconds - $1.gradientSeconds } / max(seconds, 1e-9)
  }
}
