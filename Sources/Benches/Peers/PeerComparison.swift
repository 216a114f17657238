import Files
import Foundation
import Operations
import Runs
import Subprocess
import SystemPackage

/// A bench of this program and a peer's script, run in turn: what a machine does beside them falls on both.
struct PeerComparison {
  /// The bench's name.
  let bench: String
  /// The peer's.
  let peer: String
  /// The interpreter of the peer's script.
  let python: String
  /// The script.
  let script: String
  /// The arguments of each.
  let ours: [String]
  let theirs: [String]
  let threads: Int
  let rounds: Int

  /// Runs every round, and prints a line of each for people, and at the end a line of JSON.
  func run() async throws {
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw OperationsError(.input, "there is no \(python): scripts/peers/setup.sh DIR makes the folder of --peers")
    }
    var found: [(ours: BenchFigures, theirs: BenchFigures)] = []
    for round in 1...rounds {
      let own = try await figures(of: try RunSupervision.executable(), ["bench", bench] + ours)
      let other = try await figures(of: python, [script] + theirs)
      found.append((own, other))
      let ratio = try own.ratio(to: other)
      Console.error.line("round \(round) of \(rounds): empo \(own), \(peer) \(other), ratio \(Self.told(ratio))")
    }
    try report(found)
  }

  private func report(_ found: [(ours: BenchFigures, theirs: BenchFigures)]) throws {
    let hasRates = found.allSatisfy { $0.ours.tokensPerSecond != nil && $0.theirs.tokensPerSecond != nil }
    let value = { (figures: BenchFigures) in (hasRates ? figures.tokensPerSecond : figures.secondsPerStep) ?? .nan }
    let result = Result(
      bench: bench, peer: peer, rounds: rounds, threads: threads, unit: hasRates ? "tokens_per_s" : "seconds_per_step",
      ours: Spread(of: found.map { value($0.ours) }), theirs: Spread(of: found.map { value($0.theirs) }),
      ratio: Spread(of: try found.map { try $0.ours.ratio(to: $0.theirs) }), arguments: ours)
    let unit = hasRates ? " tokens/s" : " s a step"
    let width = max(peer.count, "empo".count)
    for (name, spread, unit) in [("empo", result.ours, unit), (peer, result.theirs, unit), ("ratio", result.ratio, "")] {
      Console.error.line(
        name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + Self.told(spread.median) + unit
          + " (\(Self.told(spread.minimum)) to \(Self.told(spread.maximum)))")
    }
    try BenchHost.printLine(result)
  }

  /// Runs a program until it ends; returns the figures in its last line of JSON.
  private func figures(of executable: String, _ arguments: [String]) async throws -> BenchFigures {
    let result = try await Subprocess.run(
      .path(FilePath(executable)), arguments: Arguments(arguments),
      environment: .inherit.updating(["OMP_NUM_THREADS": "\(threads)"]), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let command = ([executable] + arguments).map(ShellWord.quoted).joined(separator: " ")
    guard case .exited(0) = result.terminationStatus else {
      let reason = result.standardError.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      throw OperationsError(.process, "\(command) ended with \(result.terminationStatus)\(reason)")
    }
    let line = result.standardOutput.split(whereSeparator: \.isNewline).last { $0.hasPrefix("{") } ?? ""
    guard let figures = try? JSONDecoder().decode(BenchFigures.self, from: Data(line.utf8)), figures.hasAny else {
      throw OperationsError(.process, "\(command) printed no line of JSON with tokens_per_s or seconds_per_step")
    }
    return figures
  }

  /// The result, as a line of JSON.
  private struct Result: Encodable {
    var bench: String
    var peer: String
    var rounds: Int
    var threads: Int
    var unit: String
    var ours: Spread
    var theirs: Spread
    /// How many times as fast ours is, round by round.
    var ratio: Spread
    var arguments: [String]
  }

  /// A number with three significant digits, and all of those before the point.
  static func told(_ value: Double) -> String {
    let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2
    return String(format: "%.\(digits)f", value)
  }
}

/// What a bench or a peer says of itself.
struct BenchFigures: Decodable, CustomStringConvertible {
  let tokensPerSecond: Double?
  let secondsPerStep: Double?

  private enum CodingKeys: String, CodingKey {
    case tokensPerSecond = "tokens_per_s"
    case secondsPerStep = "seconds_per_step"
  }

  var hasAny: Bool { tokensPerSecond != nil || secondsPerStep != nil }

  /// How many times as fast it is as another.
  func ratio(to other: BenchFigures) throws -> Double {
    if let own = tokensPerSecond, let rate = other.tokensPerSecond { return own / rate }
    if let own = secondsPerStep, let seconds = other.secondsPerStep { return seconds / own }
    throw OperationsError(.process, "one of the two gives tokens_per_s alone and the other seconds_per_step: expected the same of both")
  }

  var description: String {
    tokensPerSecond.map { PeerComparison.told($0) + " tokens/s" } ?? secondsPerStep.map { PeerComparison.told($0) + " s a step" } ?? ""
  }
}

/// The middle and the ends of some values.
struct Spread: Encodable {
  let median: Double
  let minimum: Double
  let maximum: Double

  /// The spread of at least one value.
  init(of values: [Double]) {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    minimum = sorted[0]
    maximum = sorted[sorted.count - 1]
  }
}
