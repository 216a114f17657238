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

  /// Starts `empo` with a standard output that takes nothing; its exit status and what it says on the standard error.
  private func ended(_ arguments: [String], in folder: ScratchFolder, output: FileHandle) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Command.executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, told)
  }

  @Test("A result that is lost on a full disk is an error, and a role's progress is not")
  func lostResults() async throws {
    let run = try await TinyRun("steps: 1\nworkers: 1")
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let evaluation = ["eval", "embedded", "--limit", "2", "--samples", "1", "--max-tokens", "8", "--threads", "1", "--out", "r.jsonl"]
    for arguments in [
      evaluation, evaluation + ["--json"], ["compare", "r.jsonl", "r.jsonl"], ["train", "run.yaml", "--dry-run"], ["--help"],
    ] {
      let lost = try ended(arguments, in: run.folder, output: full)
      #expect(lost.status == 1, "\(arguments): \(lost.errors)")
      let line = "empo: error: cannot write the results to the standard output: the disk is full "
      #expect(lost.errors.split(separator: "\n").last?.hasPrefix(line) == true, "\(arguments): \(lost.errors)")
    }
    let trained = try ended(["train", "run.yaml", "--run", "run"], in: run.folder, output: full)
    #expect(trained.status == 0, "\(trained.errors)")
    // A reader that has gone has what it wanted.
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let unread = try ended(["compare", "r.jsonl", "r.jsonl", "--json"], in: run.folder, output: pipe.fileHandleForWriting)
    #expect(unread.status == 0 && unread.errors.isEmpty, "\(unread.errors)")
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
