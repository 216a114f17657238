import Foundation
package import Runs

/// Bounds what this process takes from the system, so that a leak, or an estimate that was wrong, ends it and not what its user works at.
package struct MemoryLimit: Sendable {
  /// Bytes that the kernel counts and that are not in memory; nil where it does not say.
  private let untouched: Int?

  /// Looks at the process as it is before it holds what a cap is for.
  package init() {
    untouched = Self.untouchedBytes()
  }

  /// Sets the bound, an eighth above the cap. What is asked for beyond is refused, and the process ends with one line and status 1.
  ///
  /// The kernel counts memory that is written to and not shared (RLIMIT_DATA, since Linux 4.7): what is allocated, and no mapped files, which
  /// RLIMIT_AS would count. It counts whole ranges, also the parts of stacks and buffers that nobody has reached. So those that were there are
  /// added, and the stacks of threads that came later or may come.
  ///
  /// - Parameter threads: The threads that the process has started since.
  package func enforce(_ cap: MemoryCap, threads: Int) {
    var limit = rlimit()
    guard let bytes = cap.bytes, let untouched, unsafe getrlimit(Self.resource, &limit) == 0 else { return }
    let stacks = MemoryNeed.stackBytes * (threads + ProcessInfo.processInfo.activeProcessorCount)
    limit.rlim_cur = min(rlim_t(bytes) + rlim_t(bytes / 8) + rlim_t(untouched + stacks), limit.rlim_max)
    guard unsafe setrlimit(Self.resource, &limit) == 0 else { return }
    LastWords.prepare(
      forMemory: "this worker asked for more memory than \(cap) and an eighth (worker.memory, --memory), although its plan was to keep "
        + "within: raise it, or lower worker.max_sequences")
  }

  private static let resource = __rlimit_resource_t(RLIMIT_DATA.rawValue)

  private static func untouchedBytes() -> Int? {
    // Pages: all, in memory, of these in files, code, none, data.
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let pages = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    guard pages.count >= 6 else { return nil }
    return max(0, pages[5] - (pages[1] - pages[2])) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
