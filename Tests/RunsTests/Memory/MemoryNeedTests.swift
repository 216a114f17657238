import Foundation
import Runs
import Testing

@Suite("What a process needs of memory, and what it may have") struct MemoryNeedTests {
  private let need = MemoryNeed(
    subject: "the learner", least: 1e9, allocated: 2e9, most: 3e9, mapped: 4e9, threads: 2, remedy: "lower micro_batch_tokens")

  @Test(
    "Too little for the least is an error that says what is needed, which limit is in the way and what to lower",
    arguments: [
      (MemoryBound.Kind.addressSpace, 6.1e9, "RLIMIT_AS"), (.data, 2e9, "RLIMIT_DATA"), (.controlGroup(file: "/sys/x"), 0.9e9, "/sys/x"),
      (.machine, 0.9e9, "this machine"),
    ] as [(MemoryBound.Kind, Double, String)])
  func tooLittle(_ kind: MemoryBound.Kind, _ bytes: Double, _ name: String) {
    let error = #expect(throws: RunsError.self) { try need.check(MemoryBounds([MemoryBound(kind, bytes: bytes, used: 1e6)])) }
    #expect(error?.code == .memory)
    let message = error?.message ?? ""
    #expect(message.hasPrefix("the learner takes at least ") && message.contains(name), "\(message)")
    #expect(message.hasSuffix("raise that limit, or lower micro_batch_tokens"), "\(message)")
  }

  @Test("Room for the least and not for the most is a warning, and room for all of it is none")
  func warning() throws {
    func warning(_ kind: MemoryBound.Kind, _ bytes: Double) throws -> String? {
      try need.check(MemoryBounds([MemoryBound(kind, bytes: bytes)]))
    }
    #expect(try warning(.machine, 2e9)?.hasPrefix("the learner may take up to 3.0 GB, more than the 2.0 GB") == true)
    #expect(try warning(.data, 2.9e9) != nil)
    // Mapped files and the stacks of threads are address space, and no pages that are written to.
    #expect(try warning(.addressSpace, 7e9) != nil)
    #expect(try warning(.addressSpace, 8e9) == nil)
    #expect(try warning(.data, 4e9) == nil)
    #expect(try warning(.machine, 3e9) == nil)
    #expect(try need.check(MemoryBounds([])) == nil)
  }
}
