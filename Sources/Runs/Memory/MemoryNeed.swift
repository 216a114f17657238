import Foundation

/// What a process is about to take, which is compared with the limits on its memory before it is taken: a process that is refused memory
/// in the middle of its work can only end.
package struct MemoryNeed: Sendable {
  /// Who takes it, in words that begin a sentence.
  package var subject: String
  /// Bytes that it uses in any case, with its code and libraries.
  package var least: Double
  /// Bytes that it asks for in any case, of which it may use fewer: a cache has its size from the beginning.
  package var allocated: Double
  /// Bytes that it uses where everything is as large as the settings allow.
  package var most: Double
  /// Bytes of files that it maps, which count as address space alone.
  package var mapped: Double
  /// Threads that it has compute.
  package var threads: Int
  /// The settings that lower the need, in words that follow "or".
  package var remedy: String

  /// Creates a need.
  package init(
    subject: String, least: Double, allocated: Double? = nil, most: Double, mapped: Double = 0, threads: Int = 0, remedy: String
  ) {
    self.subject = subject
    self.least = least
    self.allocated = max(least, allocated ?? least)
    self.most = max(self.allocated, most)
    self.mapped = mapped
    self.threads = threads
    self.remedy = remedy
  }

  /// The stack of a thread, which counts whole where mappings do.
  package static let stackBytes = 8 << 20

  /// Threads beside those that compute: of sockets, of disks, of the language's runtime.
  private static let otherThreads = 16

  /// Two arenas of the allocator. It makes one for each thread, but makes do with those that it has where there is no room for more.
  private static let arenaBytes = 2 * 64e6

  /// Compares the need with the limits.
  ///
  /// - Returns: A warning where it may become too large, though it need not.
  /// - Throws: One line that says what is needed, which limit is in the way and what lowers the need, where it is too large in any case.
  package func check(_ bounds: MemoryBounds = .current()) throws(RunsError) -> String? {
    for bound in bounds.all {
      let needed = bound.kind.countsPagesInMemory ? least : allocated
      guard counted(needed, by: bound) > bound.bytes else { continue }
      throw RunsError(
        .memory, "\(subject) takes at least \(told(needed, by: bound)), more than \(bound.words): raise that limit, or \(remedy)")
    }
    guard let bound = bounds.all.first(where: { counted(most, by: $0) > $0.bytes }) else { return nil }
    return "\(subject) may take up to \(told(most, by: bound)), more than \(bound.words): raise that limit, or \(remedy)"
  }

  /// What of some bytes and of the rest counts towards a limit.
  private func counted(_ bytes: Double, by bound: MemoryBound) -> Double {
    let stacks = Double((threads + Self.otherThreads) * Self.stackBytes)
    switch bound.kind {
    case .addressSpace: return bound.used + bytes - MemoryEstimate.process + mapped + stacks + Self.arenaBytes
    case .data: return bound.used + bytes - MemoryEstimate.process + stacks
    case .controlGroup, .machine: return bytes
    }
  }

  private func told(_ bytes: Double, by bound: MemoryBound) -> String {
    let sum = MemoryEstimate.told(counted(bytes, by: bound))
    switch bound.kind {
    case .addressSpace: return "\(sum) with its mapped files and its threads' stacks"
    case .data: return "\(sum) with its threads' stacks"
    case .controlGroup, .machine: return sum
    }
  }
}
