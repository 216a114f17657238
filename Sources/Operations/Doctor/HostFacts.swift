import Files
import Foundation
import Runs

/// The resources that a host offers a process: processors and memory, as limited by a container if there is one.
package struct HostFacts: Sendable, Equatable {
  /// Names of instruction set extensions, as the kernel spells them.
  package var features: Set<String>
  /// The processor's name, if the kernel reports it.
  package var processor: String?
  /// Processors that the process may use.
  package var processors: Int
  /// The limit of the container on processor time, in processors; nil without a limit.
  package var processorQuota: Double?
  /// Bytes that can be had without swapping.
  package var availableMemory: Double?

  /// Reads this host's.
  ///
  /// - Parameter root: A folder in place of `/`, for tests.
  package init(root: String = "") {
    let cpuinfo = Self.text(root + "/proc/cpuinfo")
    features = Set(Self.field(["flags", "Features"], in: cpuinfo)?.split(separator: " ").map(String.init) ?? [])
    processor = Self.field(["model name"], in: cpuinfo)
    processors = ProcessInfo.processInfo.activeProcessorCount
    let quota = Self.text(root + "/sys/fs/cgroup/cpu.max").split(whereSeparator: \.isWhitespace).map { Double($0) }
    if quota.count == 2, let time = quota[0], let period = quota[1], period > 0 { processorQuota = time / period }
    let free = Self.field(["MemAvailable"], in: Self.text(root + "/proc/meminfo")).flatMap { Double($0.prefix { $0.isNumber }) }
    let limit = Double(Self.text(root + "/sys/fs/cgroup/memory.max").trimmingCharacters(in: .whitespacesAndNewlines))
    let used = Double(Self.text(root + "/sys/fs/cgroup/memory.current").trimmingCharacters(in: .whitespacesAndNewlines))
    let bounds = [free.map { $0 * 1024 }, limit.map { max(0, $0 - (used ?? 0)) }].compactMap { $0 }
    availableMemory = bounds.min()
  }

  /// The processor's extensions that matter to speed.
  package var processorFinding: Finding {
    let known = [("avx2", "AVX2"), ("avx512f", "AVX-512"), ("avx512_bf16", "AVX-512 BF16"), ("amx_bf16", "AMX BF16"), ("asimd", "NEON")]
    let found = known.filter { features.contains($0.0) }.map(\.1)
    let quota = processorQuota.map { ", limited by the container to the time of \(($0 * 10).rounded() / 10)" } ?? ""
    let extensions = found.isEmpty ? "no known vector extensions" : found.joined(separator: ", ")
    let text = "\(processor.map { $0 + ", " } ?? "")\(counted(processors, "processor"))\(quota); \(extensions)"
    if let processorQuota, processorQuota < Double(processors) {
      let threads = max(1, Int(processorQuota.rounded(.down)))
      return .warning("processor", text, do: "give workers --threads \(threads)")
    }
    return features.contains("avx2") || features.contains("asimd")
      ? .ok("processor", text) : .warning("processor", text, do: "sampling will be slow here")
  }

  private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  private static func field(_ names: [String], in text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, names.contains(parts[0].trimmingCharacters(in: .whitespaces)) else { continue }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }
    return nil
  }
}

/// Compares needed sizes with available ones.
enum Room {
  /// Compares the memory of a worker that keeps within its cap.
  static func worker(_ memory: WorkerMemory, of worker: RunConfiguration.Worker, available: Double?) -> Finding {
    do {
      let sequences = try memory.sequences(within: worker.memory, atMost: worker.maximumSequences)
      let whom = sequences < worker.maximumSequences ? "a worker with \(counted(sequences, "sequence")) at once" : "a worker"
      return Self.memory(needed: memory.bytes(sequences: sequences), for: whom, available: available)
    } catch {
      return .problem("memory", "\(error)", do: "give this host's worker --memory of its own")
    }
  }

  /// Compares memory.
  static func memory(needed: Double, for whom: String, available: Double?) -> Finding {
    let text = "\(whom) takes about \(MemoryEstimate.told(needed))"
    guard let available else { return .warning("memory", text, do: "this host does not report its free memory") }
    let full = text + ", \(MemoryEstimate.told(available)) are free"
    if needed > available {
      return .problem("memory", full, do: "take another host, or lower worker.max_sequences or sampling.max_new_tokens")
    }
    return needed > 0.8 * available
      ? .warning("memory", full, do: "leave room for what else runs here") : .ok("memory", full)
  }

  /// Compares a disk's free space with the size of a run's checkpoints.
  static func disk(needed: Double, folder: String) -> Finding {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.doubleValue else {
      return .problem("disk", "\(folder): its free space cannot be determined", do: "check that the folder exists and can be read")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      return .problem("disk", "\(folder) cannot be written", do: "give this user write access, or choose another run folder")
    }
    let text = "checkpoints take about \(MemoryEstimate.told(needed)), \(MemoryEstimate.told(free)) are free in \(folder)"
    if needed > free { return .problem("disk", text, do: "free space, or lower keep_checkpoints") }
    return needed > 0.5 * free ? .warning("disk", text, do: "the ledger grows beside them") : .ok("disk", text)
  }
}
