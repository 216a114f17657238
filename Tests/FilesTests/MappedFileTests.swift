import Files
import Foundation
import Testing

struct MappedFileTests {
  @Test func `The bytes of a file are there, and stay when another file takes its place`() throws {
    try withFolder { folder in
      let path = folder + "/a"
      let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      try Data(bytes).write(to: URL(filePath: path))
      let file = try MappedFile(path: path)
      #expect(file.count == 10_000)
      #expect(file.bytes(0..<10_000) == bytes)
      #expect(file.bytes(4095..<4099) == Array(bytes[4095..<4099]))
      #expect(file.bytes(10_000..<10_000).isEmpty)
      try Data([1]).write(to: URL(filePath: path), options: .atomic)
      try file.checkLength()
      file.release(0..<10_000)
      file.release(1..<2)
      #expect(file.bytes(0..<10_000) == bytes)
    }
  }

  @Test func `An empty file has no bytes`() throws {
    try withFolder { folder in
      try Data().write(to: URL(filePath: folder + "/a"))
      let file = try MappedFile(path: folder + "/a")
      #expect(file.count == 0)
      file.release(0..<0)
      #expect(file.withBytes(0..<0) { $0.byteCount } == 0)
    }
  }

  @Test func `A file that was cut is found before its bytes are touched`() throws {
    try withFolder { folder in
      let path = folder + "/a"
      try Data(count: 10_000).write(to: URL(filePath: path))
      let file = try MappedFile(path: path)
      try file.checkLength()
      try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 100)
      let error = #expect(throws: FileError.self) { try file.checkLength() }
      #expect(error?.message == "\(path): 100 bytes, expected 10000: the file was cut while it was read")
    }
  }

  @Test func `What is no regular file is named, and nothing waits for it`() throws {
    try withFolder { folder in
      let pipe = folder + "/pipe"
      let made = unsafe mkfifo(pipe, 0o600)
      #expect(made == 0)
      for path in [folder, pipe, "/dev/null"] {
        let error = #expect(throws: FileError.self) { try MappedFile(path: path) }
        #expect(error?.message == "\(path): cannot be read: it is not a regular file")
      }
      let error = #expect(throws: FileError.self) { try MappedFile(path: folder + "/nowhere") }
      #expect(error?.message == "\(folder)/nowhere: cannot be read: No such file or directory")
    }
  }

  @Test func `Ranges of two files are compared byte by byte`() throws {
    try withFolder { folder in
      try Data([1, 2, 3, 4]).write(to: URL(filePath: folder + "/a"))
      try Data([0, 2, 3, 5]).write(to: URL(filePath: folder + "/b"))
      let (a, b) = (try MappedFile(path: folder + "/a"), try MappedFile(path: folder + "/b"))
      #expect(a.isEqual(1..<3, to: b, 1..<3))
      #expect(!a.isEqual(1..<4, to: b, 1..<4))
      #expect(!a.isEqual(1..<3, to: b, 1..<2))
      #expect(a.isEqual(4..<4, to: b, 0..<0))
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mapped-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }
}
