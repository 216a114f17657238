import Foundation
import Operations
import Runs
import Testing

@Suite("Bound on memory") struct MemoryLimitTests {
  @Test("A process that asks for more than its bound ends with one line and status 1, also where it asks a little at a time")
  func beyond() async throws {
    let atOnce = try await #require(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      MemoryLimit().enforce(try #require(MemoryCap("256MB")), threads: 0)
      let block = [UInt8](repeating: 1, count: 1 << 30)
      print(block.count)
    }
    let bitByBit = try await #require(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      MemoryLimit().enforce(try #require(MemoryCap("256MB")), threads: 0)
      var blocks: [[UInt8]] = []
      while blocks.count < 1 << 20 { blocks.append([UInt8](repeating: 1, count: 1 << 16)) }
    }
    for result in [atOnce, bitByBit] {
      let line = String(decoding: result.standardErrorContent, as: UTF8.self).split(separator: "\n").last ?? ""
      #expect(line.hasPrefix("empo: error: this worker asked for more memory than 256MB and an eighth"), "\(line)")
    }
  }

  @Test("Within its bound a process has what it asks for, and mapped files do not count")
  func within() async {
    await #expect(processExitsWith: .success) {
      MemoryLimit().enforce(try #require(MemoryCap("256MB")), threads: 0)
      let block = [UInt8](repeating: 1, count: 200_000_000)
      let path = FileManager.default.temporaryDirectory.appending(path: "empo-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 1 << 30)
      let mapped = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
      #expect(block.last == 1 && mapped.count == 1 << 30 && mapped.last == 0)
    }
  }

  @Test("Any other trap ends the process as ever")
  func otherTraps() async {
    #if arch(x86_64)
      let trap = SIGILL
    #else
      let trap = SIGTRAP
    #endif
    await #expect(processExitsWith: .signal(trap)) {
      MemoryLimit().enforce(try #require(MemoryCap("256MB")), threads: 0)
      errno = 0
      preconditionFailure("a mistake in the program")
    }
    await #expect(processExitsWith: .success) { MemoryLimit().enforce(.none, threads: 0) }
  }
}
