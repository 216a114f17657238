/// A limit on the memory of this process, and how much of it is taken.
package struct MemoryBound: Sendable, Equatable {
  /// Who sets the limit, and what counts towards it.
  package enum Kind: Sendable, Equatable {
    /// RLIMIT_AS: every mapping, of files and of stacks as well, touched or not.
    case addressSpace
    /// RLIMIT_DATA: what may be written and is not shared, touched or not.
    case data
    /// A control group, such as a container's, by its file: pages in memory.
    case controlGroup(file: String)
    /// The memory and the swap space of the machine: pages in memory.
    case machine

    /// Whether only what is in memory counts, of all processes in its reach together. Beyond such a limit the system ends a process; beyond
    /// another one it refuses memory.
    var countsPagesInMemory: Bool {
      switch self {
      case .addressSpace, .data: false
      case .controlGroup, .machine: true
      }
    }
  }

  /// Who sets the limit.
  package var kind: Kind
  /// The most bytes.
  package var bytes: Double
  /// Bytes of this process that count already. 0 where pages in memory count: an estimate of a process holds those.
  package var used: Double

  /// Creates a limit.
  package init(_ kind: Kind, bytes: Double, used: Double = 0) {
    self.kind = kind
    self.bytes = bytes
    self.used = used
  }

  /// The limit in words that follow "more than".
  package var words: String {
    let size = MemoryEstimate.told(bytes)
    return switch kind {
    case .addressSpace: "the \(size) of address space that this process may have (RLIMIT_AS, ulimit -v)"
    case .data: "the \(size) that this process may allocate (RLIMIT_DATA, ulimit -d)"
    case .controlGroup(let file): "the \(size) that its control group may have (\(file))"
    case .machine: "the \(size) that this machine has with its swap space"
    }
  }
}
