import Files
import Foundation
import Runs
import TestSupport
import Testing
import Training

@Suite struct RunFolderTests {
  @Test("A new folder has its inner folders and an empty one is taken") func aNewFolderHasItsInnerFoldersAndAnEmptyOneIsTaken() throws {
    let temporary = try ScratchFolder()
    let folder = try RunFolder.create(at: temporary.path + "/")
    #expect(folder.path == temporary.path)
    #expect(FileManager.default.fileExists(atPath: folder.checkpoints))
    #expect(FileManager.default.fileExists(atPath: folder.logs))
  }

  @Test("A folder with content is refused unless the run goes on") func aFolderWithContentIsRefusedUnlessTheRunGoesOn() throws {
    let temporary = try ScratchFolder()
    _ = try temporary.file("config.yaml", "steps: 1\n")
    let error = #expect(throws: RunsError.self) { try RunFolder.create(at: temporary.path) }
    #expect(error?.message.contains("not empty") == true)
    #expect(error?.message.contains("--resume \(temporary.path)") == true)
    #expect(try RunFolder.open(temporary.path).path == temporary.path)
  }

  @Test("A file is no run folder") func aFileIsNoRunFolder() throws {
    let temporary = try ScratchFolder()
    let file = try temporary.file("x", "")
    let error = #expect(throws: RunsError.self) { try RunFolder.create(at: file) }
    #expect(error?.message.contains("is a file") == true)
  }

  @Test("What is no run cannot be opened", arguments: [("absent", "does not exist"), ("", "no config.yaml")])
  func whatIsNoRunCannotBeOpened(name: String, reason: String) throws {
    let temporary = try ScratchFolder()
    let error = #expect(throws: RunsError.self) { try RunFolder.open(temporary.path + "/" + name) }
    #expect(error?.message.contains(reason) == true)
  }

  @Test("A replaced file is whole and leaves nothing beside") func aReplacedFileIsWholeAndLeavesNothingBeside() throws {
    let temporary = try ScratchFolder()
    let folder = RunFolder(path: temporary.path)
    try folder.replace(folder.report, with: "{}")
    try folder.replace(folder.report, with: "{\"steps\": 1}")
    #expect(try String(contentsOfFile: folder.report, encoding: .utf8) == "{\"steps\": 1}")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.json"])
  }
}

@Suite struct RunLockTests {
  @Test("A second learner is told who holds the folder") func aSecondLearnerIsToldWhoHoldsTheFolder() throws {
    let temporary = try ScratchFolder()
    let folder = RunFolder(path: temporary.path)
    #expect(RunLock.holder(of: folder) == nil)
    var lock: RunLock? = try RunLock(folder)
    let pid = ProcessInfo.processInfo.processIdentifier
    #expect(RunLock.holder(of: folder) == pid)
    let error = #expect(throws: RunsError.self) { try RunLock(folder) }
    #expect(error?.message.hasPrefix("run folder \(folder.path) is locked by a living learner (pid \(pid))") == true)
    _ = lock
    lock = nil
    #expect(RunLock.holder(of: folder) == nil)
    _ = try RunLock(folder)
  }

  @Test("A lock file that a crash left locks nothing") func aLockFileThatACrashLeftLocksNothing() throws {
    let temporary = try ScratchFolder()
    _ = try temporary.file("lock", "999999\n")
    _ = try RunLock(RunFolder(path: temporary.path))
  }

  @Test("Children do not keep the lock") func childrenDoNotKeepTheLock() throws {
    let temporary = try ScratchFolder()
    let folder = RunFolder(path: temporary.path)
    let child = Process()
    let input = Pipe()
    do {
      let lock = try RunLock(folder)
      child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      child.arguments = ["cat"]
      child.standardInput = input
      try child.run()
      _ = lock
    }
    _ = try RunLock(folder)
    try input.fileHandleForWriting.close()
    child.waitUntilExit()
  }
}

@Suite struct MetricsLogTests {
  @Test("A record is a line with sorted keys and non finite numbers as text") func aRecordIsALineWithSortedKeysAndNonFiniteNumbersAsText()
    throws
  {
    let temporary = try ScratchFolder()
    let path = temporary.path + "/metrics.jsonl"
    try MetricsLog(path: path).append(["step": 1, "loss": Double.nan])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"loss\":\"nan\",\"step\":1}\n")
  }

  @Test(
    "Torn and outdated lines are dropped when the run goes on",
    arguments: [
      ("{\"step\":0}\n{\"step\":1}\n{\"ste", nil, "{\"step\":0}\n{\"step\":1}\n"),
      ("{\"step\":0}\n{\"step\":1}\n{\"step\":2}\n", 1, "{\"step\":0}\n"),
      (
        "{\"policy_version\":0}\n{\"step\":0}\n{\"policy_version\":1}\n{\"step\":1}\n{\"policy_version\":2}\n", 1,
        "{\"policy_version\":0}\n{\"step\":0}\n{\"policy_version\":1}\n"
      ),
      ("{\"step\":0}\n\0\0\0\0\n{\"note\":1}\n", 5, "{\"step\":0}\n{\"note\":1}\n"),
      ("{", nil, ""), ("", 3, ""),
    ])
  func tornAndOutdatedLinesAreDroppedWhenTheRunGoesOn(content: String, step: Int?, expected: String) throws {
    let temporary = try ScratchFolder()
    let path = try temporary.file("metrics.jsonl", content)
    let log = try MetricsLog(path: path, resumingAt: step)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == expected)
    try log.append(["step": 9])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == expected + "{\"step\":9}\n")
  }

  @Test("A full disk is one line", .enabled(if: FullDisk.canMount, "mounting a small disk is not allowed here"))
  func aFullDiskIsOneLine() throws {
    try FullDisk.with(bytes: 1 << 16) { disk in
      let error = #expect(throws: FileError.self) {
        let log = try MetricsLog(path: disk.path + "/metrics.jsonl")
        for _ in 0..<4096 { try log.append([String(repeating: "x", count: 64): 1]) }
      }
      #expect(error?.message.contains("disk is full") == true)
      #expect(error?.message.contains("\n") == false)
    }
  }
}
