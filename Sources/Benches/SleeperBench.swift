package import ArgumentParser
import Cluster
import EMPO
import Foundation
import Logging
import Release
import Wire

/// `empo bench sleeper`: a worker of `empo bench scaling`.
package struct SleeperBench: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(commandName: "sleeper", abstract: "A worker that sleeps.", shouldDisplay: false)

  /// The command as it is without arguments.
  package init() {}

  @Option var connect: String
  @Option var name: String
  @Option var milliseconds: Int
  @Option var partMilliseconds = 0
  @Option var gradientBytes = 64

  package func run() async throws {
    let service = WorkerService(
      plan: WorkerPlan(name: name, software: Release.name, fingerprint: "asleep", credits: 2, giveUpAfter: 5_000),
      logger: Logger(label: name) { _ in SwiftLogNoOpLogHandler() },
      makeSampler: { [milliseconds, partMilliseconds, gradientBytes] _, _ in
        try SleepingSampler(milliseconds, part: partMilliseconds, gradientBytes: gradientBytes)
      },
      makeTransport: { [connect, name] in try ZeroMQWorkerTransport(connecting: connect, worker: name) })
    try await service.run()
  }
}

/// Takes time for every group and part, but no processor.
final class SleepingSampler: GroupSampler {
  static let groupSize = 2
  static let length = 8

  private let milliseconds: Int
  private let part: Int
  private let gradient: ComputedGradient
  private let group: ScoredGroup

  init(_ milliseconds: Int, part: Int, gradientBytes: Int) throws {
    self.milliseconds = milliseconds
    self.part = part
    gradient = ComputedGradient(bytes: Array(repeating: 0, count: gradientBytes), statistics: GradientStatistics())
    group = try BenchGroups(size: Self.groupSize, length: Self.length).groups[0]
  }

  func load(version: UInt32, weights: WeightBytes) throws {}

  func sample(from feed: any TaskFeed) throws {
    while true {
      while let task = feed.nextPart() {
        Thread.sleep(forTimeInterval: Double(part) / 1000)
        feed.deliver(gradient, for: task.ticket)
      }
      guard let task = feed.next() else { return }
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      if !feed.isCancelled(task.ticket) { feed.deliver(group, for: task.ticket) }
    }
  }
}
