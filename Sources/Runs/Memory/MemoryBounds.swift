import Foundation

/// The limits on the memory of this process: its own, those of its control groups, and the machine's.
package struct MemoryBounds: Sendable, Equatable {
  /// The limits that there are.
  package let all: [MemoryBound]

  /// The limits given.
  package init(_ all: [MemoryBound]) { self.all = all }

  /// Reads the limits that hold now.
  ///
  /// - Parameter root: A folder in place of `/`, for tests.
  package static func current(root: String = "") -> MemoryBounds {
    MemoryBounds([addressSpace(root), data(root), controlGroup(root), machine(root)].compactMap(\.self))
  }

  /// Those that hold for all processes of this host or container together.
  package var shared: MemoryBounds { MemoryBounds(all.filter(\.kind.countsPagesInMemory)) }

  /// Those beyond which memory is refused to a process that asks for it.
  package var refusing: MemoryBounds { MemoryBounds(all.filter { !$0.kind.countsPagesInMemory }) }

  /// Bytes that the narrowest limit leaves; without any limit, as many as there can be.
  package var room: Double { all.map { max(0, $0.bytes - $0.used) }.min() ?? .infinity }

  private static func addressSpace(_ root: String) -> MemoryBound? {
    limit(RLIMIT_AS.rawValue).map { MemoryBound(.addressSpace, bytes: $0, used: pages(0, root)) }
  }

  private static func data(_ root: String) -> MemoryBound? {
    limit(RLIMIT_DATA.rawValue).map { MemoryBound(.data, bytes: $0, used: pages(5, root)) }
  }

  private static func limit(_ resource: UInt32) -> Double? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(resource), &limit) == 0, limit.rlim_cur < rlim_t(Int64.max) else { return nil }
    return Double(limit.rlim_cur)
  }

  /// Bytes of a column of /proc/self/statm: all, in memory, of these in files, code, none, data.
  private static func pages(_ column: Int, _ root: String) -> Double {
    let columns = text(root + "/proc/self/statm").split(whereSeparator: \.isWhitespace)
    guard columns.count > column, let pages = Double(columns[column]) else { return 0 }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func controlGroup(_ root: String) -> MemoryBound? {
    let limits = ControlGroups.files(of: "memory", v1: "memory.limit_in_bytes", v2: "memory.max", root: root).compactMap {
      file -> MemoryBound? in
      // No limit is `max`, or in version 1 a number near 2⁶³.
      guard let bytes = Double(text(file).trimmingCharacters(in: .whitespacesAndNewlines)), bytes < 1e18 else { return nil }
      return MemoryBound(.controlGroup(file: String(file.dropFirst(root.count))), bytes: bytes)
    }
    return limits.min { $0.bytes < $1.bytes }
  }

  private static func machine(_ root: String) -> MemoryBound? {
    let lines = text(root + "/proc/meminfo").split(separator: "\n")
    func bytes(_ field: String) -> Double? {
      guard let line = lines.first(where: { $0.hasPrefix(field + ":") }) else { return nil }
      return Double(line.dropFirst(field.count + 1).trimmingCharacters(in: .whitespaces).prefix { $0.isNumber }).map { 1024 * $0 }
    }
    return bytes("MemTotal").map { MemoryBound(.machine, bytes: $0 + (bytes("SwapTotal") ?? 0)) }
  }

  private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
