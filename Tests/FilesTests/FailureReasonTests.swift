import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

/// The words for operations on files that fail.
@Suite struct FailureReasonTests {
  /// A folder with a file `F` in it.
  private static func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    _ = try folder.file("F", "content")
    return folder
  }

  /// What a failing operation is told as; its own folder is `.`.
  private static func message(_ verb: String, _ name: String, _ body: (String) throws -> Void) throws -> String {
    let folder = try folder()
    let path = folder.file(name)
    let error = #expect(throws: FileError.self) { try DurableFile.attempt(verb, path) { try body(path) } }
    return (error?.message ?? "").replacing(folder.path, with: ".")
  }

  @Test func `A path through a file names the file, whoever fails on it`() throws {
    let expected = "./F/x/y: ./F is a file, not a folder"
    let manager = FileManager.default
    for (verb, operation) in [
      ("create folder", { try manager.createDirectory(atPath: $0, withIntermediateDirectories: true) }),
      ("read", { _ = try Data(contentsOf: URL(filePath: $0)) }), ("list", { _ = try manager.contentsOfDirectory(atPath: $0) }),
      ("write", { try Data([1]).write(to: URL(filePath: $0)) }), ("write", { _ = try FileHandle(forWritingTo: URL(filePath: $0)) }),
      ("open", { _ = try FileDescriptor.open(FilePath($0), .readOnly) }),
    ] as [(String, (String) throws -> Void)] {
      let told = try Self.message(verb, "F/x/y", operation)
      #expect(told == "cannot \(verb) \(expected)")
    }
  }

  @Test func `What is missing, in the way or a folder is said`() throws {
    let manager = FileManager.default
    for (name, operation, reason) in [
      ("none", { _ = try Data(contentsOf: URL(filePath: $0)) }, "there is no such file"),
      ("none/a", { _ = try Data(contentsOf: URL(filePath: $0)) }, "there is no folder ./none"),
      ("none/a", { try Data([1]).write(to: URL(filePath: $0), options: .atomic) }, "there is no folder ./none"),
      ("F", { try manager.createDirectory(atPath: $0, withIntermediateDirectories: false) }, "a file of this name is in its place"),
      (
        String(repeating: "a", count: 300), { try manager.createDirectory(atPath: $0, withIntermediateDirectories: false) },
        "choose a shorter"
      ),
    ] as [(String, (String) throws -> Void, String)] {
      let told = try Self.message("write", name, operation)
      #expect(told.hasPrefix("cannot write ./\(name): ") && told.contains(reason), "\(told)")
    }
  }

  @Test func `Full disks, limits and missing rights come with a remedy`() {
    for (number, isReading, words) in [
      (Errno.noSpace, false, "the disk is full"), (.fileTooLarge, false, "ulimit -f"), (.permissionDenied, false, "give write access"),
      (.permissionDenied, true, "give read access"), (.readOnlyFileSystem, false, "choose another folder"),
    ] {
      #expect(FailureReason.words(for: number, at: "/x", isReading: isReading).contains(words))
    }
    #expect(FailureReason.code(of: CocoaError(.fileWriteOutOfSpace)) == .noSpace)
    #expect(FailureReason.code(of: POSIXError(.EDQUOT)) == .noSpace)
  }

  @Test func `No error of Foundation's is told in its own words`() {
    struct Own: Error, CustomStringConvertible { var description: String { "mine\nand more" } }
    #expect(FailureReason.line(on: Own()) == "mine and more")
    let path = "/proc/none/x"
    let line = #expect(throws: CocoaError.self) { _ = try Data(contentsOf: URL(filePath: path)) }.map { FailureReason.line(on: $0) }
    #expect(line == "\(path): there is no folder /proc/none")
    let errors: [any Error] = [
      CocoaError(.fileWriteUnknown), CocoaError(.fileReadCorruptFile), NSError(domain: "Some.Domain", code: 512), POSIXError(.EIO),
    ]
    for error in errors {
      let told = FailureReason.line(on: error)
      for word in ["could", "Cocoa", "Domain", "512", "\n"] { #expect(!told.contains(word), "\(told)") }
      #expect(!told.isEmpty)
    }
  }

  @Test func `A device is not replaced by a file`() throws {
    let error = #expect(throws: FileError.self) { try DurableFile.replace("/dev/null", with: [1]) }
    #expect(error?.message == "cannot write /dev/null: something that is not a regular file is in its place")
    let created = #expect(throws: FileError.self) { try NewFile.create("/dev/null") }
    #expect(created?.message.contains("something that is not a regular file is in its place") == true)
  }
}
