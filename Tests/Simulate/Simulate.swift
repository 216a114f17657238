import Foundation
import SimulationSupport

/// Runs simulated clusters: `simulate COUNT [FIRST_SEED]` many, `simulate trace SEED` one with everything that happens,
/// `simulate bugs [COUNT]` the planted ones.
@main enum Simulate {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "trace": trace(number(arguments, 1) ?? 0, bug: arguments.count > 2 ? PlantedBug(rawValue: arguments[2]) : nil)
    case "bugs": findBugs(seeds: number(arguments, 1) ?? 1_000)
    default: await run(count: number(arguments, 0) ?? 2_000, first: number(arguments, 1) ?? 0)
    }
  }

  private static func number(_ arguments: [String], _ index: Int) -> UInt64? {
    guard index < arguments.count else { return nil }
    guard let number = UInt64(arguments[index]) else {
      print("usage: simulate [COUNT [FIRST_SEED]] | trace SEED [BUG] | bugs [COUNT]")
      exit(2)
    }
    return number
  }

  private static func trace(_ seed: UInt64, bug: PlantedBug?) {
    let outcome = simulate(seed: seed, bug: bug, isTracing: true)
    for line in outcome.trace { print(line) }
    print("seed \(seed): \(outcome.violation ?? "no violation") (\(outcome.events) events, history \(hexadecimal(outcome.history)))")
    exit(outcome.violation == nil ? 0 : 1)
  }

  private static func findBugs(seeds: UInt64) {
    var isMissing = false
    for bug in PlantedBug.allCases {
      if let outcome = find(bug, in: 0..<seeds) {
        print("\(bug.rawValue): found by seed \(outcome.seed): \(outcome.violation ?? "")")
      } else {
        print("\(bug.rawValue): not found within \(seeds) seeds")
        isMissing = true
      }
    }
    exit(isMissing ? 1 : 0)
  }

  private static func run(count: UInt64, first: UInt64) async {
    let start = ContinuousClock.now
    let summary = await simulate(seeds: first..<first + count, threads: ProcessInfo.processInfo.activeProcessorCount)
    let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1_000
    for happening in summary.tallied { print(happening) }
    print(
      "\(summary.seeds) seeds from \(first): \(summary.failures.count) violations, \(summary.events) events, "
        + "\(summary.milliseconds / 3_600_000) simulated hours in \(Int(seconds)) s (\(Int(Double(count) / seconds)) seeds/s), "
        + "history \(hexadecimal(summary.history))")
    for failure in summary.failures.sorted(by: { $0.seed < $1.seed }).prefix(20) {
      print("seed \(failure.seed): \(failure.violation ?? "")")
    }
    if let failure = summary.failures.map(\.seed).min() { print("replay: scripts/evidence/simulate.sh trace \(failure)") }
    let neglected = count >= 1_000 ? summary.tally.neglected(seeds: summary.seeds, least: SimulationSummary.leastPerThousand) : []
    if !neglected.isEmpty { print("hardly tried: \(neglected.map(\.words).joined(separator: ", "))") }
    exit(summary.failures.isEmpty && neglected.isEmpty ? 0 : 1)
  }

  private static func hexadecimal(_ value: UInt64) -> String { String(value, radix: 16) }
}

extension SimulationSummary {
  /// A line for everything that was counted.
  fileprivate var tallied: [String] {
    Happening.allCases.map { happening in
      let name = happening.words
      let count = String(tally[happening])
      return name + String(repeating: " ", count: max(1, 46 - name.count - count.count)) + count
    }
  }
}
