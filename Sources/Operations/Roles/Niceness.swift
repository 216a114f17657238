import Foundation

/// How far this process steps back for others on its host.
enum Niceness {
  /// Gives every thread a niceness, where it is not nicer already: to take it back takes rights. Threads that begin later have it from
  /// those that begin them.
  static func raise(to niceness: Int) {
    // Linux keeps a niceness for each thread. One that is not reached yet may begin another meanwhile.
    var reached: Set<id_t> = []
    while case let others = threads().subtracting(reached), !others.isEmpty {
      for thread in others where getpriority(scope, thread) < niceness {
        // A thread that has ended by now needs none.
        _ = setpriority(scope, thread, Int32(niceness))
      }
      reached.formUnion(others)
    }
  }

  /// A thread, as a process of its own.
  private static let scope = __priority_which_t(PRIO_PROCESS.rawValue)

  private static func threads() -> Set<id_t> {
    Set(((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []).compactMap { id_t($0) })
  }
}
