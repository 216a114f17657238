import Foundation
import TestSupport
import Testing

@Suite("The environment of a run's processes")
struct ChildEnvironmentTests {
  @Test("Learner and workers get the supervisor's environment as it was given, the choice of OpenBLAS with it")
  func environment() async throws {
    let run = try await TinyRun()
    let given = ["EMPO_OPENBLAS": "libopenblas.so.0", "OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_MAIN_FREE": "1"]
    let command = try Command(
      ["train", "run.yaml", "--run", "out", "--workers", "1", "--steps", "10000"], in: run.folder, environment: given)
    #expect(await eventually { command.children.count == 2 || command.hasEnded }, "\(command.errors)")
    let children = command.children
    #expect(children.count == 2, "\(command.errors)")
    let inherited = Set(ProcessInfo.processInfo.environment.keys).union(given.keys)
    for (name, pid) in children {
      let variables = Self.environment(of: pid).filter { $0.key.hasPrefix("OPENBLAS_") || $0.key == "EMPO_OPENBLAS" }
      #expect(variables.filter { given.keys.contains($0.key) } == given, "\(name)")
      #expect(Set(variables.keys).isSubset(of: inherited), "\(name)")
    }
    command.send(SIGTERM)
    #expect(await command.status() != nil)
  }

  /// The environment that a process was started with.
  private static func environment(of pid: Int32) -> [String: String] {
    let data = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
    let entries = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self).split(separator: "=", maxSplits: 1) }
    return Dictionary(entries.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }) { first, _ in first }
  }
}
