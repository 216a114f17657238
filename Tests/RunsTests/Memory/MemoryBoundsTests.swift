import Foundation
import Runs
import TestSupport
import Testing

@Suite("Limits on memory") struct MemoryBoundsTests {
  /// The limits that a host shares out, where these files are in its file system.
  private func shared(_ files: [String: String]) throws -> [MemoryBound] {
    let root = try host(files)
    return withExtendedLifetime(root) { MemoryBounds.current(root: root.path).shared.all }
  }

  private func host(_ files: [String: String]) throws -> ScratchFolder {
    let root = try ScratchFolder()
    for (name, text) in files {
      let folder = (root.file(name) as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      _ = try root.file(name, text)
    }
    return root
  }

  private static let unified = "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"

  @Test("The narrowest of the groups above counts, and a group without a limit does not")
  func ancestors() throws {
    let found = try shared([
      "proc/self/cgroup": "0::/user.slice/run/inner\n", "proc/self/mountinfo": Self.unified,
      "sys/fs/cgroup/user.slice/run/inner/memory.max": "max\n", "sys/fs/cgroup/user.slice/run/memory.max": "500000000\n",
      "sys/fs/cgroup/user.slice/memory.max": "900000000\n",
    ])
    #expect(found == [MemoryBound(.controlGroup(file: "/sys/fs/cgroup/user.slice/run/memory.max"), bytes: 500_000_000)])
  }

  @Test("A container sees its group as the root of its mount, with a namespace of its own or without", arguments: ["/", "/docker/x"])
  func container(top: String) throws {
    let found = try shared([
      "proc/self/cgroup": "4:memory:\(top)\n",
      "proc/self/mountinfo": "41 30 0:3 \(top) /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "300000000\n",
    ])
    #expect(found == [MemoryBound(.controlGroup(file: "/sys/fs/cgroup/memory/memory.limit_in_bytes"), bytes: 300_000_000)])
  }

  @Test("Version 1 without a limit says a number near 2⁶³, which is none, and the machine's memory counts with its swap space")
  func machine() throws {
    let found = try shared([
      "proc/self/cgroup": "4:memory:/a\n0::/\n",
      "proc/self/mountinfo": Self.unified + "41 30 0:3 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
      "sys/fs/cgroup/memory/a/memory.limit_in_bytes": "9223372036854771712\n",
      "proc/meminfo": "MemTotal:    2000 kB\nMemFree: 1 kB\nSwapTotal:   1000 kB\n",
    ])
    #expect(found == [MemoryBound(.machine, bytes: 3000 * 1024)])
  }

  @Test(
    "What the system killed for want of memory is counted in the own group of the process",
    arguments: ["memory.events", "memory.oom_control"])
  func kills(file: String) throws {
    let mount = file == "memory.events" ? Self.unified : "41 30 0:3 / /sys/fs/cgroup rw - cgroup cgroup rw,memory\n"
    let root = try host([
      "proc/self/cgroup": file == "memory.events" ? "0::/a\n" : "4:memory:/a\n", "proc/self/mountinfo": mount,
      "sys/fs/cgroup/a/\(file)": "low 0\noom 7\noom_kill 3\n", "sys/fs/cgroup/\(file)": "oom_kill 9\n",
    ])
    #expect(MemoryKills.count(root: root.path) == 3)
    #expect(MemoryKills.count(root: root.path + "/nowhere") == nil)
  }

  @Test("A host that says nothing has no limit") func nothing() throws { #expect(try shared([:]).isEmpty) }
}
