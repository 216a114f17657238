import Foundation
import TestSupport
import Testing

/// Run folders that are not what a run expects.
@Suite("The place of a run", .serialized)
struct RunFolderPlaceTests {
  static let training = ["train", "--workers", "0", "--steps", "100000", "--held-out", "none"]

  /// A run folder that no process has used yet.
  private func prepared() async throws -> ScratchFolder {
    let folder = try ScratchFolder()
    let preparation = try Command(Self.training + ["--run", "out", "--prepare"], in: folder, name: "prepare")
    #expect(await preparation.status() == 0, "\(preparation.errors)")
    return folder
  }

  @Test(
    "A folder in the place of a run's file is refused with one line",
    arguments: ["metrics.jsonl", "ledger.sqlite", "logs/learner.log", "lock"])
  func folderInPlace(name: String) async throws {
    let folder = try await prepared()
    try FileManager.default.createDirectory(atPath: folder.file("out/" + name), withIntermediateDirectories: true)
    let command = try Command(["train", "--resume", "out"], in: folder)
    #expect(await command.status() == 1, "\(command.errors)")
    #expect(command.error.contains(name), "\(command.errors)")
    #expect(!command.errors.contains("restart"), "\(command.errors)")
  }

  @Test("A lock that is a symbolic link is not followed")
  func linkedLock() async throws {
    let folder = try await prepared()
    let other = try folder.file("other", "somebody else's")
    try FileManager.default.createSymbolicLink(atPath: folder.file("out/lock"), withDestinationPath: other)
    let command = try Command(["train", "--resume", "out"], in: folder)
    #expect(await command.status() == 1, "\(command.errors)")
    #expect(command.error.contains("out/lock is a symbolic link"), "\(command.errors)")
    #expect(folder.text("other") == "somebody else's")
  }

  @Test("A run folder that is moved while the run goes on ends it with one line, which says where to go on; no second folder is made")
  func movedFolder() async throws {
    let folder = try ScratchFolder()
    // A name like a flag's is one all the same.
    let command = try Command(Self.training + ["--run=-x"], in: folder)
    #expect(await eventually { folder.exists("-x/endpoints.json") || command.hasEnded }, "\(command.errors)")
    try FileManager.default.moveItem(atPath: folder.file("-x"), toPath: folder.file("moved"))
    #expect(await command.status() == 1, "\(command.errors)")
    #expect(command.error.contains("/moved while the run went on: resume it there"), "\(command.errors)")
    #expect(!folder.exists("-x"))
    #expect(command.children.isEmpty)
  }

  @Test(
    "A disk that is so full that no log can be written still says so on the terminal",
    .enabled(if: FullDisk.canMount, "mounting a small disk takes rights"))
  func fullDisk() async throws {
    let folder = try await prepared()
    var ended: Command?
    try FullDisk.with(bytes: 1 << 20) { disk in
      try FileManager.default.copyItem(atPath: folder.file("out"), toPath: disk.path + "/out")
      for name in ["out/logs/learner.log", "filler"] { _ = FileManager.default.createFile(atPath: disk.path + "/" + name, contents: nil) }
      let filler = try FileHandle(forWritingTo: URL(fileURLWithPath: disk.path + "/filler"))
      while (try? filler.write(contentsOf: Data(count: 4096))) != nil {}
      let command = try Command(["train", "--resume", disk.path + "/out"], in: folder)
      ended = command
      let end = ContinuousClock.now + .seconds(120)
      while !command.hasEnded, ContinuousClock.now < end { usleep(20_000) }
    }
    let command = try #require(ended)
    #expect(await command.status() == 1, "\(command.errors)")
    #expect(command.error.contains("the disk is full"), "\(command.errors)")
    // What the learner could not write to its log is on its standard output.
    #expect(command.output.contains("empo: error: "), "\(command.output)")
  }
}
