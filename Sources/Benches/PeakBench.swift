package import ArgumentParser
import Foundation
import Tensors

/// `empo bench peak`: what the processor can do at most.
package struct PeakBench: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "peak",
    abstract: "The most that this processor can do: multiply-adds, products of bfloat16 pairs, and reading memory.",
    discussion: "Billions of operations and of bytes a second, of one thread and of all.")

  /// The command as it is without arguments.
  package init() {}

  @Option(help: ArgumentHelp("Threads.", valueName: "N"), transform: Bounds.integer(1...1024))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  package func run() throws {
    for count in Set([1, threads]).sorted() { try BenchHost.printLine(Figures(lanes: Lanes(count: count))) }
  }

  /// A line of the result.
  private struct Figures: Encodable {
    var bench = "peak"
    var kernels = KernelSet.name
    var threads: Int
    var multiplyAdds: Double
    var pairs: Double
    var read: Double

    private enum CodingKeys: String, CodingKey {
      case bench, kernels, threads
      case multiplyAdds = "exact_gflops"
      case pairs = "bf16_gflops"
      case read = "read_gb_per_s"
    }

    init(lanes: Lanes) {
      threads = lanes.count
      multiplyAdds = PeakRate.gigaflops(.exact, lanes: lanes)
      pairs = PeakRate.gigaflops(.bfloat16, lanes: lanes)
      read = PeakRate.gigabytes(lanes: lanes)
    }
  }
}

/// The best of some measurements of a processor's limits.
enum PeakRate {
  private static let turns = 5

  /// Billions of floating-point operations a second in an arithmetic.
  static func gigaflops(_ arithmetic: Arithmetic, lanes: Lanes) -> Double {
    best { Double(Peak.compute(arithmetic, rounds: 2_000_000, lanes: lanes)) }
  }

  /// Billions of bytes a second from memory: more of it than a cache holds.
  static func gigabytes(lanes: Lanes) -> Double {
    let storage = FloatStorage(count: 1 << 28)
    storage.withMutableSpan(0..<storage.count) { span in
      for index in stride(from: 0, to: span.count, by: 1024) { span[index] = 1 }
    }
    return best {
      Peak.read(storage, lanes: lanes)
      return Double(4 * storage.count)
    }
  }

  private static func best(_ body: () -> Double) -> Double {
    (0..<turns).map { _ in
      let clock = ContinuousClock()
      let start = clock.now
      let work = body()
      return work / ((clock.now - start) / .seconds(1)) / 1e9
    }.max() ?? 0
  }
}
