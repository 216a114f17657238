import Foundation
import TestSupport
import Testing

/// What commands say of files and folders that cannot be made, written or read.
@Suite("Files that fail")
struct FileFailureTests {
  /// Words of libraries, which say nothing to a user.
  private static let foreign = ["could not be completed", "couldn’t be", "Cocoa", "NSPOSIX", "Domain", "Errno"]

  private func error(_ arguments: [String], in folder: ScratchFolder, fileKibibytes: Int? = nil) async throws -> String {
    let command = try Command(arguments, in: folder, name: "failed", limits: fileKibibytes.map { ["--fsize=\(1_024 * $0)"] } ?? [])
    #expect(await command.status() == 1, "\(arguments): \(command.errors)")
    for words in Self.foreign { #expect(!command.errors.contains(words), "\(arguments): \(command.errors)") }
    return command.error
  }

  @Test("A path through a file names the file, in every command that writes")
  func throughFiles() async throws {
    let run = try await TinyRun("steps: 1\nworkers: 1")
    try run.write("a file", to: "FILE")
    try run.write("{\"question\": \"1+1?\"}\n", to: "q.jsonl")
    let finished = try run.train("run")
    #expect(await finished.status() == 0, "\(finished.errors)")
    for arguments in [
      ["train", "run.yaml", "--run", "FILE/x"], ["train", "run.yaml", "--prepare", "--run", "FILE/x"], ["export", "model", "FILE/y"],
      ["keys", "new", "learner", "--to", "FILE/keys"], ["plot", "run", "-o", "FILE/p.svg"], ["pretrain", "FILE/m", "--steps", "1"],
      ["train", "FILE/c.yaml"], ["train", "--model", "model", "--questions", "FILE/q.jsonl", "--dry-run"],
      ["eval", "model", "--questions", "embedded", "--limit", "1", "--samples", "0", "--out", "FILE/r.jsonl"],
      ["tokenize", "--model", "model", "FILE/t.jsonl"],
    ] {
      let told = try await error(arguments, in: run.folder)
      #expect(told.contains("FILE is a file, not a folder"), "\(arguments): \(told)")
    }
    // A device is not replaced by a picture.
    #expect(try await error(["plot", "run", "-o", "/dev/null"], in: run.folder).contains("is not a regular file"))
    // At the limit on the size of files, a command ends with its reason.
    for arguments in [["train", "run.yaml", "--run", "limited"], ["export", "model", "limited-out"]] {
      let told = try await error(arguments, in: run.folder, fileKibibytes: 64)
      #expect(told.contains("ulimit -f") || told.contains("disk failed or is full") || told.contains("the disk is full"), "\(told)")
    }
    #expect(!run.folder.exists("limited-out"))
  }
}
