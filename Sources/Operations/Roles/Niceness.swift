import Foundation

/// How far this process steps back for others on its host.
enum Niceness {
  /// Gives every thread a niceness, where it is not nicer already: to take it back takes rights. Threads that begin later have it from
  /// those that begin them.
  static func raise(to niceness: Int) {
    // Linux keeps a niceness for each thread. One that is not reached yet may begin another meanwhile.
    var reached: Set<id_t> = []
    while case let others = threads().subtracting(reached), !others.isEmpty {
      for thread in others where getpriority(PRIO_PROCESS, thread) < niceness {
        // A thread that has ended by now needs none.
        _ = setpriority(PRIO_PROCESS, thread, Int32(niceness))
      }
      reached.formUnion(others)
    }
  }

  private static func threads() -> Set<id_t> {
    Set(((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []).compactMap { id_t($0) })
  }
}
