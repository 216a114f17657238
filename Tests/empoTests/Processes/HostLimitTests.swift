import Foundation
import TestSupport
import Testing

/// Hosts that limit what processes may have.
@Suite("Limits of a host", .serialized)
struct HostLimitTests {
  @Test(
    "Too little memory or too few descriptors end a run before it begins, with one line that says what is needed",
    arguments: [("--data=60000000", "RLIMIT_DATA"), ("--as=400000000", "RLIMIT_AS"), ("--nofile=20", "needs 64 descriptors")])
  func limits(flag: String, says: String) async throws {
    let folder = try ScratchFolder()
    let command = try Command(["train", "--workers", "1", "--held-out", "none", "--run", "out"], in: folder, limits: [flag])
    #expect(await command.status() == 1, "\(command.errors)")
    #expect(command.error == command.lastLine && command.error.contains(says), "\(command.errors)")
    #expect(command.children.isEmpty)
  }

  @Test(
    "A model that does not fit is refused by the commands that load one",
    arguments: [["eval", "embedded", "--questions", "embedded"], ["probe", "--groups", "1"]])
  func commands(arguments: [String]) async throws {
    let folder = try ScratchFolder()
    let command = try Command(arguments, in: folder, limits: ["--data=60000000"])
    #expect(await command.status() == 1, "\(command.errors)")
    #expect(command.error.contains("RLIMIT_DATA"), "\(command.errors)")
  }
}
