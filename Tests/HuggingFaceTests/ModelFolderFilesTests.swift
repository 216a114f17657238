import ChatTemplates
import Files
import Foundation
import HuggingFace
import TestSupport
import Testing
import Tokenizers

/// Small files that are not what they should be, or change while they are read.
@Suite struct ModelFolderFilesTests {
  @Test("A pipe and a folder are not waited for") func aPipeAndAFolderAreNotWaitedFor() throws {
    try ScratchFolder.with { folder in
      for name in ["config.json", "tokenizer.json"] {
        let made = unsafe mkfifo(folder + "/" + name, 0o600)
        #expect(made == 0)
      }
      try FileManager.default.createDirectory(atPath: folder + "/chat_template.jinja", withIntermediateDirectories: true)
      for (name, read) in Self.readers {
        let error = #expect(throws: FileError.self) { try read(folder) }
        #expect(error?.message == "\(folder)/\(name): cannot be read: it is not a regular file")
        #expect(error?.code == .unreadable)
      }
    }
  }

  @Test("A Git pointer in the files place") func aGitPointerInTheFilesPlace() throws {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 7031645\n"
    try ScratchFolder.with { folder in
      for (name, read) in Self.readers {
        try Data(pointer.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        let error = #expect(throws: FileError.self) { try read(folder) }
        #expect(error?.message.hasPrefix("\(folder)/\(name): is a Git LFS pointer") == true, "\(error?.message ?? "")")
      }
    }
  }

  @Test("A file beyond the limit is not read") func aFileBeyondTheLimitIsNotRead() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/config.json"
      try Data().write(to: URL(fileURLWithPath: path))
      try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 1 << 40)
      let error = #expect(throws: FileError.self) { try ModelConfiguration(folder: folder) }
      #expect(error?.message == "\(path): \(1 << 40) bytes, expected at most \(16 << 20)")
    }
  }

  /// An editor that rewrites the file in its place, over and over: each reading gives the file or an error.
  @Test("A file that is rewritten while it is read") func aFileThatIsRewrittenWhileItIsRead() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("huggingface-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("chat_template.jinja")
    let text = Data(String(repeating: "a", count: 900_000).utf8)
    try text.write(to: file)
    let writer = Task.detached {
      let handle = try FileHandle(forWritingTo: file)
      while !Task.isCancelled {
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: text)
      }
    }
    for _ in 0..<100 { _ = try? ChatTemplate.read(file: file.path) }
    writer.cancel()
    _ = await writer.result
    #expect(try ChatTemplate.read(file: file.path).file == file.path)
  }

  private static let readers: [(name: String, read: @Sendable (String) throws -> Void)] = [
    ("config.json", { _ = try ModelConfiguration(folder: $0) }), ("tokenizer.json", { _ = try Tokenizer(folder: $0) }),
    ("chat_template.jinja", { _ = try ChatTemplate.read(folder: $0) }),
  ]
}
