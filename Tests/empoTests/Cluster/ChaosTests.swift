import Foundation
import TestSupport
import Testing

/// One round of `scripts/evidence/chaos.sh`, which plays as many as are asked for.
@Suite("Chaos", .serialized)
struct ChaosTests {
  /// Whether the system has a tool, where the script looks for it.
  static func has(_ tool: String) -> Bool {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"
    return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
  }

  /// A seed with few faults of many kinds: on namespaces, and on loopback where there can be none.
  static let seed = "3474"

  @Test(
    "A run that is disturbed on its hosts, links and disk ends as an undisturbed one",
    .enabled(if: has("python3"), "needs python3"), .timeLimit(.minutes(15)), arguments: ["full", "lora"])
  func round(train: String) async throws {
    let folder = try ScratchFolder()
    let log = folder.file("chaos.log")
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    // A test installs nothing.
    let mode = ["ip", "tc", "iptables"].allSatisfy(Self.has) ? "" : "loopback"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: TestFiles.package("scripts/evidence/chaos.sh"))
    process.arguments = ["1", Self.seed]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["EMPO": Command.executable, "CHAOS_STEPS": "16", "CHAOS_MODE": mode, "CHAOS_TRAIN": train, "TMPDIR": folder.path]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    // The script itself gives a round up after three minutes.
    if await !eventually(within: .seconds(230), { !process.isRunning }) { process.terminate() }
    process.waitUntilExit()
    let said = folder.text("chaos.log")
    #expect(process.terminationStatus == 0, "\(said)")
    #expect(said.contains("digests equal in 1 of 1 rounds"), "\(said)")
  }
}
