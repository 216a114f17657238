import Foundation
import Operations
import Runs
import TestSupport
import Testing

@Suite struct OwnWorkersTests {
  @Test("A run's own workers are those with keys in its folder, where there are keys at all")
  func aRunsOwnWorkersAreThoseWithKeysInItsFolder() throws {
    let scratch = try ScratchFolder()
    let run = RunFolder(path: scratch.path)
    #expect(LearnerAccess().ownWorkers(of: run) == nil)
    let access = LearnerAccess(key: scratch.file("learner.key"))
    #expect(access.ownWorkers(of: run)?.isEmpty == true)
    try FileManager.default.createDirectory(atPath: scratch.file("keys/authorized"), withIntermediateDirectories: true)
    for name in ["worker-1.pub", "worker-2.pub", "README"] { _ = try scratch.file("keys/authorized/" + name, "") }
    #expect(access.ownWorkers(of: run) == ["worker-1", "worker-2"])
  }
}
