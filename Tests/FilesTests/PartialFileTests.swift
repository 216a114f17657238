import Files
import Foundation
import TestSupport
import Testing

@Suite struct PartialFileTests {
  private func names(in folder: ScratchFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  private func write(_ bytes: [UInt8], at offset: Int, to file: PartialFile) throws {
    try file.write(unsafe bytes.span.bytes, at: offset)
  }

  @Test func `A file gets its name when it is whole, and has its pieces in their places`() throws {
    let folder = try ScratchFolder()
    let file = try PartialFile(in: folder.file("deep/er"), named: "whole", count: 6)
    try write([4, 5, 6], at: 3, to: file)
    #expect(!folder.exists("deep/er/whole"))
    try write([1, 2, 3], at: 0, to: file)
    try file.publish()
    #expect(file.path == folder.file("deep/er/whole"))
    #expect(try Data(contentsOf: URL(filePath: file.path)) == Data([1, 2, 3, 4, 5, 6]))
  }

  @Test func `A file that is given up leaves nothing`() throws {
    let folder = try ScratchFolder()
    do {
      let file = try PartialFile(in: folder.path, named: "given up", count: 4)
      try write([1], at: 0, to: file)
      #expect(try names(in: folder).count == 1)
    }
    #expect(try names(in: folder).isEmpty)
  }

  @Test func `Two that write the same file do not disturb each other`() throws {
    let folder = try ScratchFolder()
    let one = try PartialFile(in: folder.path, named: "same", count: 2)
    let other = try PartialFile(in: folder.path, named: "same", count: 2)
    try write([1, 1], at: 0, to: one)
    try write([2, 2], at: 0, to: other)
    try one.publish()
    let early = try MappedFile(path: one.path)
    try other.publish()
    // Whoever has the earlier one keeps it.
    #expect(early.bytes(0..<2) == [1, 1])
    #expect(try Data(contentsOf: URL(filePath: folder.file("same"))) == Data([2, 2]))
    #expect(try names(in: folder) == ["same"])
  }

  @Test func `What a dead process left is removed, and what a living one writes stays`() throws {
    let folder = try ScratchFolder()
    _ = try folder.file(".weights.DEAD.partial", "left")
    let living = try PartialFile(in: folder.path, named: "weights", count: 1)
    _ = try folder.file(".weights.DEAD TOO.partial", "left")
    let next = try PartialFile(in: folder.path, named: "weights", count: 1)
    #expect(try Set(names(in: folder)) == Set([living.path, next.path].map { URL(filePath: $0).lastPathComponent }))
  }

  @Test(.enabled(if: FullDisk.canMount, "mounting a small disk is not allowed here"))
  func `A full disk is one line, before anything is written, and gets its space back`() throws {
    try FullDisk.with(bytes: 1 << 18) { disk in
      let error = #expect(throws: FileError.self) { try PartialFile(in: disk.path, named: "large", count: 1 << 20) }
      #expect(error?.code == .noSpace)
      #expect(error?.message.contains("the disk is full") == true && error?.message.contains("\n") == false)
      #expect((try? FileManager.default.contentsOfDirectory(atPath: disk.path)) == [])
    }
  }

  @Test func `A folder that cannot be made is one line`() throws {
    let folder = try ScratchFolder()
    let file = try folder.file("file", "text")
    let error = #expect(throws: FileError.self) { try PartialFile(in: file + "/sub", named: "x", count: 1) }
    #expect(error?.message.contains(file) == true && error?.message.contains("\n") == false)
  }
}
