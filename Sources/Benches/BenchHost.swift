import Foundation
import Operations
import Runs
import Subprocess
import SystemPackage

/// The host's services for a benchmark of several processes.
enum BenchHost {
  /// Runs this program again with other arguments until it ends; returns its output. Cancelling the task kills it.
  static func run(_ arguments: [String]) async throws -> String {
    let executable = try RunSupervision.executable()
    let result = try await Subprocess.run(
      .path(FilePath(executable)), arguments: Arguments(arguments), output: .string(limit: 1 << 20),
      error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
    guard case .exited(0) = result.terminationStatus else {
      throw OperationsError(.process, "empo \(arguments.joined(separator: " ")) ended with \(result.terminationStatus)")
    }
    return result.standardOutput
  }

  /// Mebibytes of this process that are in memory.
  static func residentMebibytes() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
    else { return 0 }
    return kibibytes / 1024
  }

  /// Seconds that this process has computed so far.
  static func processorSeconds() -> Double {
    var usage = rusage()
    guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  /// One line of JSON on the standard output.
  static func printLine(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Console.output.write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }

  /// Reads the counts of `--workers 1,10,100`.
  static func counts(_ text: String) -> [Int]? {
    let counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !counts.isEmpty, counts.allSatisfy({ ($0 ?? 0) >= 1 && ($0 ?? 0) <= 1_024 }) else { return nil }
    return counts.compactMap { $0 }
  }

  /// A number for a table.
  static func cell(_ value: Double, digits: Int = 0, width: Int = 12) -> String {
    let text = String(format: "%.\(digits)f", value)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
